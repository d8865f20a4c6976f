//! The contact sheet: one HTML page that shows each picture at the size of use, and needs nothing but its folder.

use std::fmt::Write;

use netviz::text::thousands;

use crate::drawn::{Drawn, Peer, Picture, Row};
use crate::metrics::PLACES;
use crate::table::{aspect, crossings, faults, pixels, text};

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>netviz: gallery</title>
<style>
body { font: 14px/1.4 sans-serif; margin: 1.5em; color: #222; background: #f4f4f4 }
nav a { margin-right: 1em }
h2 { margin-top: 2.5em; border-bottom: 1px solid #aaa }
h3 { margin-bottom: 0.3em }
.pages { display: flex; gap: 1.5em; align-items: flex-start; overflow-x: auto }
figure { margin: 0 0 1em; flex: none }
.frame { overflow: auto; background: #fff; border: 1px solid #ccc }
.frame img { display: block; margin: 0 auto }
figcaption { font-size: 12px; max-width: 32em }
.small { color: #b00020; font-weight: bold }
</style>
<h1>Gallery</h1>
<p>Every network in each view, at the size at which it is read on each page. Text below 9 px on a screen and 7 pt on paper
is red. `empty` is the part of the picture that nothing touches, and `hole` the largest rectangle of it.</p>
"#;

/// The page for these networks.
pub(crate) fn sheet(rows: &[Row]) -> String {
    let mut html = String::from(HEAD);
    let links: Vec<String> = rows.iter().map(|row| format!("<a href=\"#{0}\">{0}</a>", row.name)).collect();
    let _ = writeln!(html, "<nav>{}</nav>", links.join("\n"));
    for row in rows {
        let (nodes, parameters) = (thousands(row.nodes), thousands(row.parameters));
        let published = match row.published {
            Some(count) if count == row.parameters => ", as published".to_owned(),
            Some(count) => format!(", published: {}", thousands(count)),
            None => String::new(),
        };
        let dot = row.dot.map(|dot| format!("; Graphviz' layout of the blocks: {}", pixels(dot.size)));
        let dot = dot.unwrap_or_default();
        let _ = writeln!(
            html,
            "<h2 id=\"{}\">{}</h2>\n<p>{nodes} boxes, {parameters} parameters{published}{dot}</p>",
            row.name, row.name
        );
        let mut view = "";
        for pictures in row.pictures.chunks(PLACES.len()) {
            if pictures[0].view != view {
                view = pictures[0].view;
                let _ = writeln!(html, "<h3>{view}</h3>");
            }
            html.push_str("<div class=\"pages\">\n");
            for picture in pictures {
                figure(&mut html, row, picture);
            }
            html.push_str("</div>\n");
        }
        if !row.peers.is_empty() {
            html.push_str("<h3>other programs</h3>\n<div class=\"pages\">\n");
            for peer in &row.peers {
                peer_figure(&mut html, peer);
            }
            html.push_str("</div>\n");
        }
    }
    html
}

fn figure(html: &mut String, row: &Row, picture: &Picture) {
    let page = picture.place.page().size;
    let _ = match &picture.drawn {
        Err(problem) => {
            let problem = problem.replace('&', "&amp;").replace('<', "&lt;");
            writeln!(
                html,
                "<figure><figcaption><b>{}</b>: not drawn<br>{problem}</figcaption></figure>",
                picture.place.name
            )
        }
        Ok(drawn) => {
            let scale = picture.place.scale(drawn.metrics.size);
            let [width, height] = drawn.metrics.size.map(|length| length * scale);
            writeln!(
                html,
                "<figure><div class=\"frame\" style=\"width:{:.0}px;height:{:.0}px\">\
                 <a href=\"{file}\"><img loading=\"lazy\" src=\"{file}\" width=\"{width:.0}\" height=\"{height:.0}\" \
                 alt=\"{} as {}\"></a></div>\n<figcaption>{}</figcaption></figure>",
                page[0],
                page[1],
                row.name,
                picture.view,
                caption(row, picture, drawn),
                file = drawn.file,
            )
        }
    };
}

fn caption(row: &Row, picture: &Picture, drawn: &Drawn) -> String {
    let is_small = drawn.metrics.text_on(picture.place) < picture.place.page().smallest - 0.05;
    let class = if is_small { " class=\"small\"" } else { "" };
    format!(
        "<b>{}</b>: {}, {}, shown at {:.0} %; <span{class}>smallest text {}</span>; {:.0} % empty, hole {:.0} %, covers {:.0} % of the \
         page; crossings {}; faults: {}; {:.0} ms",
        picture.place.name,
        pixels(drawn.metrics.size),
        aspect(drawn),
        100.0 * picture.place.scale(drawn.metrics.size),
        text(drawn, picture),
        100.0 * drawn.metrics.empty,
        100.0 * drawn.metrics.hole,
        100.0 * drawn.metrics.covered(picture.place),
        crossings(row, picture, drawn),
        faults(drawn),
        picture.time.as_secs_f64() * 1000.0,
    )
}

fn peer_figure(html: &mut String, Peer { file, what }: &Peer) {
    let _ = writeln!(
        html,
        "<figure><div class=\"frame\" style=\"width:830px;max-height:1200px\"><img loading=\"lazy\" src=\"{file}\" \
         style=\"max-width:100%\" alt=\"{what}\"></div>\n<figcaption>{what}</figcaption></figure>"
    );
}
