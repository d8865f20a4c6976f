//! Draws a network with custom colours, in every format.
//!
//!     cargo run --example draw

#![allow(clippy::print_stdout)]

use netviz::Model;
use netviz::formats;
use netviz::picture::Options;
use netviz::theme::{Paint, Theme};

const MODEL: &str = "
name: xor
input: [2]
layers:
  - dense: {units: 4, activation: tanh}
  - dense: {units: 1, activation: sigmoid}
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Reading finds every problem at once; here, none is expected.
    let model = Model::from_text(MODEL).expect("a valid model");
    // The style: the classic theme, with hidden neurons in the blue of the Okabe-Ito palette, and at most ten neurons
    // per layer. Further neurons are counted.
    let theme = Theme { hidden: Paint::rgb(0x00_72_b2), ..Theme::classic() };
    let options = Options { theme, max_neurons: Some(10), ..Options::default() };
    let picture = model.picture(&options);
    // The layout. A scene is plain data, so you can write your own formats from it.
    let scene = picture.scene()?;

    let folder = std::env::temp_dir();
    println!("{:.0}×{:.0} pixels", scene.width, scene.height);
    for format in formats::FORMATS {
        let file = folder.join("xor").with_extension(format.name);
        std::fs::write(&file, (format.write)(&picture)?.bytes)?;
        println!("{}: {}", format.doc, file.display());
    }
    Ok(())
}
