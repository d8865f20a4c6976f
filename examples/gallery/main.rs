//! Draws every network of the gallery in each view for each page, and measures the pictures: `make gallery`.
//!
//!     cargo run --example gallery -- target/gallery [--peers FOLDER] [NETWORK…]
//!
//! The folder then holds the pictures, `index.html`, which shows them at the size of use, and `metrics.md`.

#![allow(clippy::print_stdout)]

mod drawn;
mod graphviz;
mod metrics;
mod networks;
mod sheet;
mod table;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use drawn::Peer;
use networks::NETWORKS;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("give the folder to write to, such as target/gallery")?);
    let mut peers = None;
    let mut wanted = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--peers" => peers = Some(PathBuf::from(arguments.next().ok_or("--peers needs a folder")?)),
            name if NETWORKS.iter().any(|network| network.name == name) => wanted.push(argument),
            name => return Err(format!("there is no network `{name}`").into()),
        }
    }
    fs::create_dir_all(&folder)?;
    let mut rows = Vec::new();
    for network in NETWORKS.iter().filter(|network| wanted.is_empty() || wanted.iter().any(|name| name == network.name))
    {
        println!("{}", network.name);
        let peers = peers.as_deref().map_or_else(|| Ok(Vec::new()), |from| copied(network.name, from, &folder))?;
        let mut row = drawn::draw(network, &folder)?;
        row.peers.extend(peers);
        rows.push(row);
    }
    fs::write(folder.join("index.html"), sheet::sheet(&rows))?;
    let table = table::table(&rows);
    fs::write(folder.join("metrics.md"), &table)?;
    println!("\n{table}\ndrawn to {}", folder.join("index.html").display());
    Ok(())
}

/// What other programs draw of a network, or of a similar one: its name, the file, and what it is.
const PEERS: [(&str, &str, &str); 6] = [
    ("mnist", "ann-visualizer-mnist.png", "ann-visualizer, the same network"),
    ("lenet5", "visualkeras-lenet5.png", "visualkeras, the same network"),
    ("resnet_mini", "keras-plot_model-resnet.png", "Keras' plot_model, two residual blocks"),
    ("resnet20", "torchview-resnet18.png", "torchview, ResNet-18 at depth 2"),
    ("resnet50", "netron-light_resnet50.png", "Netron, the first screen of a ResNet-50"),
    ("resnet50", "torchview-resnet18.png", "torchview, ResNet-18 at depth 2"),
];

/// Copies the pictures of other programs that there are of a network.
fn copied(network: &str, from: &Path, folder: &Path) -> Result<Vec<Peer>, Box<dyn Error>> {
    let of = PEERS.iter().filter(|(name, file, _)| *name == network && from.join(file).is_file());
    of.map(|&(_, file, what)| {
        // Written anew: a copy would keep the permissions, and a second run could not overwrite it.
        fs::write(folder.join(file), fs::read(from.join(file))?)?;
        Ok(Peer { file: file.into(), what: what.into() })
    })
    .collect()
}
