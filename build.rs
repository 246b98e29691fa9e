//! Takes the report's page into the program, where it has been built.
//!
//! `make` (or `npm run build` in `web/`) writes `web/dist/report.html`. A
//! build without it, and so without Node.js, is whole but for the report.

use std::path::Path;
use std::{env, fs};

fn main() {
    let page = Path::new("web/dist/report.html");
    let page = fs::read(page).unwrap_or_default();
    // The folder is there in every clone, so a page that comes or goes is
    // seen, and cargo does nothing where neither happened.
    println!("cargo::rerun-if-changed=build.rs");
    if Path::new("web/dist").exists() {
        println!("cargo::rerun-if-changed=web/dist");
    }
    let out = env::var_os("OUT_DIR").expect("cargo names the folder");
    fs::write(Path::new(&out).join("report.html"), page)
        .expect("the folder of cargo's can be written");
}
