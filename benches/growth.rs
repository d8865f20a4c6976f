//! How the time of each stage grows with the network: `cargo bench`.
//!
//! The networks are chains of dense layers at three sizes. Every eighth layer adds the output of six layers earlier.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use netviz::Model;
use netviz::formats::FORMATS;
use netviz::picture::Options;
use netviz::source::{Source, Sources};
use netviz::spec::Spec;
use netviz::views::VIEWS;

/// Numbers of layers. The largest is about the maximum for a picture in TeX.
const SIZES: [usize; 3] = [8, 32, 128];

fn spec(layers: usize) -> String {
    let layer = |index: usize| {
        if index % 8 == 7 {
            format!("  - add: {{name: l{index}, from: [l{}, l{}]}}", index - 1, index - 7)
        } else {
            format!("  - dense: {{units: 32, activation: relu, name: l{index}}}")
        }
    };
    let layers: Vec<String> = (0..layers).map(layer).collect();
    format!("input: 32\nlayers:\n{}\n", layers.join("\n"))
}

fn model(layers: usize) -> Model {
    Model::from_text(&spec(layers)).expect("the spec is right")
}

fn front_end(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("front end");
    for layers in SIZES {
        let sources = Sources::new(Source::new("model.yaml", spec(layers)));
        group.throughput(Throughput::Elements(layers as u64));
        group.bench_with_input(BenchmarkId::new("spec", layers), &sources, |bencher, sources| {
            bencher.iter(|| Spec::parse(sources, &[], &mut netviz::diagnostics::Problems::default()));
        });
        group.bench_with_input(BenchmarkId::new("spec and graph", layers), &sources, |bencher, sources| {
            bencher.iter(|| Model::read(sources, &[]));
        });
    }
    group.finish();
}

fn layout(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("layout");
    for layers in SIZES {
        let model = model(layers);
        group.throughput(Throughput::Elements(layers as u64));
        for view in VIEWS {
            let options = Options { view: Some(view), ..Options::default() };
            group.bench_with_input(BenchmarkId::new(view.name, layers), &model, |bencher, model| {
                bencher.iter(|| netviz::picture(&model.graph, None, &options).scene().map(|scene| scene.groups.len()));
            });
        }
    }
    group.finish();
}

/// Formats are written from a finished scene, except for DOT and Mermaid, which start from the graph.
fn formats(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("formats");
    group.sample_size(10);
    for layers in SIZES {
        let model = model(layers);
        let options = Options { max_neurons: Some(4), ..Options::default() };
        let picture = netviz::picture(&model.graph, None, &options);
        picture.scene().expect("it is not too large");
        group.throughput(Throughput::Elements(layers as u64));
        for format in FORMATS {
            group.bench_with_input(BenchmarkId::new(format.name, layers), &picture, |bencher, picture| {
                bencher.iter(|| (format.write)(picture).expect("it is not too large").bytes.len());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, front_end, layout, formats);
criterion_main!(benches);
