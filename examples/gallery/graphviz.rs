//! Graphviz's `dot` on the graph that the view of blocks shows, to compare crossings with.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use netviz::picture::Picture;
use netviz::scene::{Item, Point, Scene};
use netviz::views::blocks::BlockView;

use super::metrics::{Bounds, Line, Polygon, crossing_pairs};

/// Pixels per inch: Graphviz takes lengths in inches, so that a pixel becomes one of its points.
const INCH: f64 = 72.0;
/// Straight lines that a cubic curve is divided into.
const STEPS: u8 = 8;

/// What `dot` makes of the same boxes, gaps, frames and connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dot {
    /// Crossings of pairs of connections.
    pub(crate) pairs: usize,
    /// Width and height in pixels, without title, legend and texts beside lines.
    pub(crate) size: [f64; 2],
}

/// Lets `dot` lay out the view of blocks.
///
/// # Errors
/// If `dot` cannot be run, or rejects the graph.
pub(crate) fn dot(picture: &Picture, scene: &Scene) -> Result<Dot, String> {
    let plain = run(&bare(picture, scene), "-Tplain")?;
    let graph: Vec<&str> = plain.lines().next().unwrap_or_default().split(' ').collect();
    let ["graph", _, width, height] = graph[..] else { return Err(format!("dot printed {graph:?}")) };
    Ok(Dot { pairs: crossing_pairs(&lines(&plain)), size: [length(width), length(height)] })
}

/// The graph without texts, its nodes numbered, in the sizes of a scene.
fn bare(picture: &Picture, scene: &Scene) -> String {
    let view = BlockView::of(picture);
    let theme = &picture.options().theme;
    let (nodes, ranks) = (theme.node_gap / INCH, theme.rank_gap / INCH);
    let mut dot = format!("digraph {{\ngraph [nodesep={nodes}, ranksep={ranks}]\nnode [shape=box, fixedsize=true]\n");
    inside(&view, None, scene, &mut dot);
    for link in view.links() {
        let _ = writeln!(dot, "{} -> {}", link.source, link.target);
    }
    dot + "}\n"
}

/// Writes the boxes and frames of a frame, or those outside of any.
fn inside(view: &BlockView, fold: Option<usize>, scene: &Scene, dot: &mut String) {
    for (index, block) in view.blocks().iter().enumerate().filter(|(_, block)| block.fold == fold) {
        let id = format!("layer-{}", block.properties.name);
        let group = scene.groups.iter().find(|group| group.id == id).expect("every box is drawn");
        let shape = |item: &Item| if let Item::Shape(shape) = item { Some(Polygon::of(&shape.outline)) } else { None };
        let Bounds { min, max } = Bounds::of(&group.items.iter().find_map(shape).expect("a box has a shape").0);
        let [width, height] = [max.x - min.x, max.y - min.y].map(|length| length / INCH);
        let _ = writeln!(dot, "{index} [label=\"\", width={width}, height={height}]");
    }
    for (index, _) in view.folds().iter().enumerate().filter(|(_, inner)| inner.parent == fold) {
        let _ = writeln!(dot, "subgraph cluster_{index} {{");
        inside(view, Some(index), scene, dot);
        dot.push_str("}\n");
    }
}

/// What `dot` makes of a graph in a format, such as `-Tsvg`.
pub(crate) fn run(graph: &str, format: &str) -> Result<String, String> {
    let mut command = Command::new("dot");
    command.arg(format).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("dot: {error}"))?;
    let mut input = child.stdin.take().ok_or("dot has no input")?;
    let text = graph.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().map_err(|error| format!("dot: {error}"))?;
    let _ = writer.join();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// The connections as polylines: `edge TAIL HEAD N X Y …`, where the points are those of cubic curves.
fn lines(plain: &str) -> Vec<Line> {
    let edges = plain.lines().filter_map(|line| line.strip_prefix("edge "));
    edges
        .map(|edge| {
            let words: Vec<&str> = edge.split(' ').collect();
            let index = |place: usize| words[place].parse::<usize>().expect("an index");
            let coordinates = words[3..][..2 * index(2)].chunks(2);
            let points: Vec<Point> = coordinates.map(|at| Point { x: length(at[0]), y: length(at[1]) }).collect();
            let curves = points.windows(4).step_by(3).flat_map(|curve| (1..=STEPS).map(|step| on(curve, step)));
            Line { ends: [index(0), index(1)], points: points.first().copied().into_iter().chain(curves).collect() }
        })
        .collect()
}

/// A length in pixels.
fn length(inches: &str) -> f64 {
    INCH * inches.parse::<f64>().expect("a length")
}

/// A point on a cubic Bézier curve.
fn on(curve: &[Point], step: u8) -> Point {
    let t = f64::from(step) / f64::from(STEPS);
    let weights = [(1.0 - t).powi(3), 3.0 * t * (1.0 - t).powi(2), 3.0 * t * t * (1.0 - t), t.powi(3)];
    let sum = |of: fn(&Point) -> f64| curve.iter().zip(weights).map(|(point, weight)| of(point) * weight).sum();
    Point { x: sum(|point| point.x), y: sum(|point| point.y) }
}
