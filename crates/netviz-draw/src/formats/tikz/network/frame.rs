//! The frames around repeated blocks, and parts that keep their positions.

use std::fmt::Write;

use super::Network;
use super::figure::texts;
use super::geometry::{Node, Rect, SAME, near};
use super::lines::blocks;
use super::look::Look;
use crate::font::Weight;
use crate::formats::tikz::{POINTS, absolute, length};
use crate::scene::{Group, Item, Scene};

impl<'a> Network<'a> {
    /// The frames, the innermost first: each fits the nodes in it.
    pub(super) fn frames(&mut self, scene: &'a Scene) {
        for group in scene.groups.iter().rev().filter(|group| group.class == "fold") {
            let frame =
                group.items.iter().find_map(|item| if let Item::Shape(shape) = item { Some(shape) } else { None });
            if let Some(shape) = frame {
                self.frame(group, shape);
            }
        }
    }

    fn frame(&mut self, group: &'a Group, shape: &crate::scene::Shape) {
        let rect = Rect::around(&shape.outline);
        let mut inside: Vec<&Node> = self.nodes.iter().filter(|node| rect.contains(node.rect)).collect();
        // What is in an inner frame is in this one too.
        let frames: Vec<Rect> = inside.iter().filter(|node| node.is_frame()).map(|node| node.rect).collect();
        inside.retain(|node| !frames.iter().any(|frame| *frame != node.rect && frame.contains(node.rect)));
        let Some(around) = inside.iter().map(|node| node.rect).reduce(Rect::joined) else { return };
        let sides = [
            around.min.x - rect.min.x,
            rect.max.x - around.max.x,
            around.min.y - rect.min.y,
            rect.max.y - around.max.y,
        ];
        let [x, y] = [sides[0].min(sides[1]), sides[2].min(sides[3])];
        let mut fit: Vec<String> = inside.iter().map(|node| format!("({})", node.name)).collect();
        // A frame is wider on one side for the lines that pass its nodes there.
        let edges = |rect: Rect| [rect.min.x, rect.max.x, rect.min.y, rect.max.y];
        let anchors =
            [("west", "xshift", -1.0), ("east", "xshift", 1.0), ("north", "yshift", 1.0), ("south", "yshift", -1.0)];
        for (side, (anchor, key, sign)) in anchors.into_iter().enumerate() {
            let more = sides[side] - if side < 2 { x } else { y };
            let last = inside.iter().find(|node| near(edges(node.rect)[side], edges(around)[side]));
            if let (Some(node), true) = (last, more > SAME) {
                fit.push(format!("([{key}={}]{}.{anchor})", length(sign * more), node.name));
            }
        }
        let fit = fit.join(" ");
        let name = group.id.strip_prefix("fold-").unwrap_or(&group.id);
        let name = format!("frame-{}", self.names.unique(&name.replace("..", "_to_")));
        let mut options = self.head.paint(shape, "muted");
        options.extend([("inner xsep", length(x)), ("inner ysep", length(y))]);
        let style = self.head.style("netviz frame", options);
        self.head.libraries.insert("fit");
        put!(self.text, "\\node[{style}, fit={{{fit}}}] ({name}) {{}};\n");
        let node = Node { name, rect, depth: 0.0, is_drawn_over: false };
        for block in blocks(&texts(group)) {
            let base = block.lines.iter().find(|text| text.weight == Weight::Regular);
            let base = base.map_or_else(|| Look { weight: Weight::Regular, ..self.caption }, |text| Look::of(text));
            self.note(&block, &node, "netviz badge", base, "netvizcount");
        }
        self.of_group.insert(&group.id, self.nodes.len());
        self.nodes.push(node);
    }

    /// Parts that have fixed positions relative to the first layer, such as images of weights.
    pub(super) fn others(&mut self, scene: &Scene) {
        let known = ["layer", "connections", "fold", "title", "legend"];
        for group in scene.groups.iter().filter(|group| !known.contains(&group.class)) {
            if !self.nodes.is_empty() {
                let text = self.fixed(&group.items, 0);
                self.text += &text;
            }
        }
    }

    /// Items at fixed positions relative to a node.
    pub(super) fn fixed(&mut self, items: &[Item], node: usize) -> String {
        let Node { name, rect, .. } = &self.nodes[node];
        let origin = rect.center();
        let mut items = items.to_vec();
        for item in &mut items {
            item.shift(-origin.x, -origin.y);
        }
        let mut writer = absolute::Writer::default();
        writer.items(&items);
        let scope = format!("[shift={{({name}.center)}}, x={POINTS}bp, y=-{POINTS}bp]");
        self.head.add(writer.colors);
        self.missing.extend(writer.missing);
        if writer.text.is_empty() {
            writer.text
        } else {
            format!("\\begin{{scope}}{scope}\n{}\\end{{scope}}\n", writer.text)
        }
    }
}
