//! The pictures of a network, with their measurements.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use netviz::formats;
use netviz::picture::{Detail, Options, View};
use netviz::scene::Scene;
use netviz::views::VIEWS;

use crate::graphviz::{Dot, dot, run};
use crate::metrics::{Metrics, PLACES, Place, crossing_pairs, lines};
use crate::networks::{Entry, Size};

/// A network with its pictures.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Input and layers.
    pub(crate) nodes: usize,
    pub(crate) parameters: usize,
    pub(crate) published: Option<usize>,
    /// Graphviz's layout of the blocks, if it is installed.
    pub(crate) dot: Option<Dot>,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) peers: Vec<Peer>,
}

/// A picture of a network in a view, made for a page.
pub(crate) struct Picture {
    pub(crate) view: &'static str,
    pub(crate) place: Place,
    /// Time for the layout.
    pub(crate) time: Duration,
    /// How many layouts were computed to fit the page.
    pub(crate) layouts: usize,
    /// What was drawn, or why nothing was.
    pub(crate) drawn: Result<Drawn, String>,
}

#[derive(Clone)]
pub(crate) struct Drawn {
    pub(crate) file: String,
    pub(crate) metrics: Metrics,
    /// Crossings of each pair of connections, to compare with other programs.
    pub(crate) pairs: usize,
}

/// The picture of another program.
pub(crate) struct Peer {
    pub(crate) file: String,
    pub(crate) what: String,
}

/// Draws a network in every view for every page into a folder.
pub(crate) fn draw(network: &Entry, folder: &Path) -> Result<Row, Box<dyn Error>> {
    let graph = (network.build)();
    let mut pictures: Vec<Picture> = Vec::new();
    let (mut by_dot, mut peers) = (None, Vec::new());
    // Graphviz takes minutes for thousands of boxes.
    if network.size < Size::Large {
        let view = VIEWS.iter().find(|view| view.name == "blocks");
        let options = Options { view, page: None, detail: Some(Detail::High), ..Options::default() };
        let picture = netviz::picture(&graph, None, &options);
        by_dot = dot(&picture, picture.scene()?).ok();
        peers.extend(graphviz(&picture, network.name, folder)?);
    }
    for view in VIEWS {
        for place in PLACES {
            let options = options(view, place);
            let picture = netviz::picture(&graph, None, &options);
            let start = Instant::now();
            let scene = picture.scene();
            let time = start.elapsed();
            let drawn = match scene {
                Err(problem) => Err(problem.to_string()),
                Ok(scene) => {
                    let svg = formats::svg(scene);
                    // Views that do not depend on the page give the same picture for each.
                    let alike = pictures.iter().filter(|other| other.view == view.name).find_map(|other| {
                        let drawn = other.drawn.as_ref().ok()?;
                        (fs::read_to_string(folder.join(&drawn.file)).ok()? == svg).then(|| drawn.clone())
                    });
                    let file = format!("{}-{}-{}.svg", network.name, view.name, place.name);
                    if alike.is_none() {
                        fs::write(folder.join(&file), &svg)?;
                    }
                    Ok(alike.unwrap_or_else(|| measured(file, scene, network.size)))
                }
            };
            let layouts = picture.fit().map_or(0, |fit| fit.layouts);
            pictures.push(Picture { view: view.name, place, time, layouts, drawn });
        }
    }
    let (nodes, parameters) = (graph.order().count(), graph.parameters().trainable);
    let Entry { name, published, .. } = *network;
    Ok(Row { name, nodes, parameters, published, dot: by_dot, pictures, peers })
}

/// The picture that Graphviz makes of netviz' own DOT, if it is installed.
fn graphviz(picture: &netviz::picture::Picture, name: &str, folder: &Path) -> Result<Option<Peer>, Box<dyn Error>> {
    let text = (picture.view().dot)(picture)?;
    let Ok(svg) = run(&text, "-Tsvg") else { return Ok(None) };
    let file = format!("{name}-graphviz.svg");
    fs::write(folder.join(&file), svg)?;
    Ok(Some(Peer { file, what: "Graphviz, from `netviz render --dot` of the blocks".into() }))
}

fn measured(file: String, scene: &Scene, size: Size) -> Drawn {
    // Every pair is compared, which takes too long for tens of thousands of connections.
    let pairs = if size < Size::Large { crossing_pairs(&lines(scene)) } else { 0 };
    Drawn { file, metrics: Metrics::of(scene), pairs }
}

fn options(view: &'static View, place: Place) -> Options {
    Options { view: Some(view), page: Some(place.page()), ..Options::default() }
}
