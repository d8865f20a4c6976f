//! The layer graph: a box per layer, connections with their shapes, folds as clusters.

use graphviz_rust::dot_structures::{GraphAttributes, Stmt, Subgraph};

use super::{Block, BlockView};
use crate::dot::{attribute, background, color, edge_with, labelled, node, plain, print, string};
use crate::picture::{Direction, Picture};

/// Writes the boxes of a view as DOT; Graphviz computes the layout.
pub(in crate::views) fn dot(view: &BlockView, picture: &Picture) -> String {
    let theme = &picture.options.theme;
    let direction = if picture.direction() == Direction::Down { "TB" } else { "LR" };
    let font = || attribute("fontname", string("Helvetica"));
    let graph = vec![
        attribute("label", string(picture.title())),
        background("bgcolor", picture),
        plain("labelloc", "t"),
        plain("rankdir", direction),
        font(),
        color("fontcolor", theme.text),
    ];
    let edge = vec![color("color", theme.edge), font(), color("fontcolor", theme.muted), plain("fontsize", "10")];
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(graph)),
        Stmt::GAttribute(GraphAttributes::Node(vec![font()])),
        Stmt::GAttribute(GraphAttributes::Edge(edge)),
    ];
    stmts.extend(inside(view, None, picture));
    stmts.extend(view.links().iter().map(|link| {
        let [from, to] = [link.source, link.target].map(|block| &view.blocks()[block].properties);
        edge_with(&from.name, &to.name, vec![attribute("label", string(&from.outputs[link.port].to_string()))])
    }));
    print(picture.title(), stmts)
}

/// The boxes and clusters of a fold, or those outside any fold.
fn inside(view: &BlockView, fold: Option<usize>, picture: &Picture) -> Vec<Stmt> {
    let boxes = view.blocks().iter().filter(|block| block.fold == fold).map(|block| boxed(block, picture));
    let clusters = view.folds().iter().enumerate().filter(|(_, inner)| inner.parent == fold).map(|(index, inner)| {
        let mut stmts = vec![
            Stmt::Attribute(attribute("label", string(&inner.heading()))),
            Stmt::Attribute(plain("style", "dashed")),
        ];
        stmts.extend(inside(view, Some(index), picture));
        Stmt::Subgraph(Subgraph { id: string(&format!("cluster_{}", inner.name)), stmts })
    });
    boxes.chain(clusters).collect()
}

fn boxed(block: &Block, picture: &Picture) -> Stmt {
    let theme = &picture.options.theme;
    let lines: Vec<String> = std::iter::once(block.heading()).chain(block.all_lines()).collect();
    let mut attributes = labelled(&lines, "box");
    let own = theme.layer(&block.properties);
    let fill = own.unwrap_or(theme.surface);
    let text = own.map_or(theme.text, |fill| theme.text_on([fill; 2]));
    let mark = block.mark().map(|mark| theme.mark(mark));
    let border = if theme.border_width > 0.0 { theme.border } else { theme.outline };
    attributes.push(attribute("style", string("filled,rounded")));
    attributes.extend([color("fillcolor", fill), color("color", mark.unwrap_or(border)), color("fontcolor", text)]);
    attributes.extend(mark.map(|_| plain("penwidth", "3")));
    node(&block.properties.name, attributes)
}
