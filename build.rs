//! Takes the pages of the report and of the desk into the program, where they
//! have been built.
//!
//! `make` (or `npm run build` in `web/`) writes `web/dist/report.html` and
//! `web/dist/desk.html`. A build without them, and so without Node.js, is whole
//! but for the pages.

use std::path::Path;
use std::{env, fs};

fn main() {
    // The folder is there in every clone, so a page that comes or goes is
    // seen, and cargo does nothing where neither happened.
    println!("cargo::rerun-if-changed=build.rs");
    if Path::new("web/dist").exists() {
        println!("cargo::rerun-if-changed=web/dist");
    }
    let out = env::var_os("OUT_DIR").expect("cargo names the folder");
    for name in ["report.html", "desk.html"] {
        let page = fs::read(Path::new("web/dist").join(name)).unwrap_or_default();
        fs::write(Path::new(&out).join(name), page).expect("the folder of cargo's can be written");
    }
}
