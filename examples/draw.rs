//! Draws a network in colours of one's own.
//!
//!     cargo run --example draw

#![allow(clippy::print_stdout)]

use netviz::Model;
use netviz::theme::{Color, Theme};
use netviz::view::neurons::NeuronView;
use netviz::{layout, render};

const MODEL: &str = "
name: xor
input: [2]
layers:
  - dense: {units: 4, activation: tanh}
  - dense: {units: 1, activation: sigmoid}
";

fn main() -> std::io::Result<()> {
    // Reading finds every problem at once; here, none is expected.
    let model = Model::from_text(MODEL).expect("a valid model");
    // What is shown: at most this many neurons a layer, the others counted.
    let view = NeuronView::of(&model.graph, 10);
    // How it looks: the classic theme, with hidden neurons in the blue of the Okabe-Ito palette.
    let theme = Theme { hidden: Color(0x00, 0x72, 0xb2), ..Theme::classic() };
    // Where everything is. A scene is plain data: other formats can be written from it.
    let scene = layout::neurons(&view, &theme);

    let folder = std::env::temp_dir();
    let (svg, dot) = (folder.join("xor.svg"), folder.join("xor.dot"));
    std::fs::write(&svg, render::svg(&scene))?;
    // DOT leaves the places to Graphviz, and so needs no scene.
    std::fs::write(&dot, render::dot(&view, &theme))?;
    println!("{:.0}×{:.0} pixels in {}, the structure in {}", scene.width, scene.height, svg.display(), dot.display());
    Ok(())
}
