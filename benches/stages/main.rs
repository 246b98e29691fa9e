//! Every stage of the pipeline beside the plain way: `stage/method/corpus`.
//!
//! `cargo bench -- sketch` runs one stage. All of them take about four minutes.

mod banding;
mod cluster;
mod corpora;
mod normalize;
mod shingle;
mod sketch;
mod verify;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1_500))
        .configure_from_args();
    normalize::benches(&mut criterion);
    shingle::benches(&mut criterion);
    sketch::benches(&mut criterion);
    banding::benches(&mut criterion);
    verify::benches(&mut criterion);
    cluster::benches(&mut criterion);
    criterion.final_summary();
}
