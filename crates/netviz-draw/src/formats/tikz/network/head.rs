//! The head of a file: its colours, styles and commands, each declared if it is used.
//!
//! What the document has defined under the same name wins: `\providecolor` and `\providecommand` keep it, and styles are
//! put before those of the document by `.prefix style`. All of it is local to the picture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::look::Look;
use crate::formats::tikz::{length, text};
use crate::scene::{Fill, Outline, Shape, Stroke};
use crate::theme::{Color, Theme};
use netviz_model::category::Category;

/// Keys of options and their values; flags have none.
pub(super) type Options = Vec<(&'static str, String)>;

/// What is declared at the head.
pub(super) struct Head {
    palette: Vec<(String, Color)>,
    used: BTreeSet<usize>,
    /// Colours without a role.
    others: BTreeSet<Color>,
    styles: Vec<(String, Options)>,
    commands: BTreeMap<&'static str, Look>,
    /// Libraries of `TikZ` that the file needs.
    pub(super) libraries: BTreeSet<&'static str>,
    /// Whether there is text of the second colour beside text of the first.
    pub(super) has_muted: bool,
    /// Whether there are boxes, whose lines are equally high.
    pub(super) has_struts: bool,
    /// Whether there are solids.
    pub(super) has_solids: bool,
}

impl Head {
    pub(super) fn new(theme: &Theme) -> Self {
        let roles = [
            ("background", theme.background),
            ("surface", theme.surface),
            ("text", theme.text),
            ("muted", theme.muted),
            ("outline", theme.outline),
            ("border", theme.border),
            ("edge", theme.edge),
            ("input", theme.input),
            ("hidden", theme.hidden),
            ("output", theme.output),
            ("gray-from", theme.gray_from),
            ("gray-to", theme.gray_to),
            ("color-from", theme.color_from),
            ("color-to", theme.color_to),
            ("positive", theme.positive),
            ("negative", theme.negative),
        ];
        let categories = Category::ALL.map(|category| (category.name(), theme.category(category)));
        let palette = roles.into_iter().chain(categories);
        Self {
            palette: palette.map(|(name, paint)| (format!("netviz-{name}"), paint.light)).collect(),
            used: BTreeSet::new(),
            others: BTreeSet::new(),
            styles: Vec::new(),
            commands: BTreeMap::new(),
            libraries: ["positioning"].into(),
            has_muted: false,
            has_struts: false,
            has_solids: false,
        }
    }

    /// The name of a colour: that of the role, if it has the colour, or of another role that has it.
    pub(super) fn color(&mut self, color: Color, role: &str) -> String {
        let has = |(_, (_, own)): &(usize, &(String, Color))| *own == color;
        let is_role = |(_, (name, _)): &(usize, &(String, Color))| name.strip_prefix("netviz-") == Some(role);
        let mut same = self.palette.iter().enumerate().filter(has);
        let first = same.clone().next();
        if let Some((index, (name, _))) = same.find(is_role).or(first) {
            self.used.insert(index);
            return name.clone();
        }
        self.others.insert(color);
        super::super::absolute::name(color)
    }

    /// The name of a colour of text, of which black and white have names everywhere.
    pub(super) fn ink(&mut self, color: Color) -> String {
        match color {
            Color::WHITE => "white".to_owned(),
            Color::BLACK => "black".to_owned(),
            color => self.color(color, "text"),
        }
    }

    /// Colours of parts that keep their positions.
    pub(super) fn add(&mut self, colors: BTreeSet<Color>) {
        self.others.extend(colors);
    }

    /// Uses a style: its name, and the options in which this use differs from the first one.
    pub(super) fn style(&mut self, name: &str, options: Options) -> String {
        let Some((_, base)) = self.styles.iter().find(|(known, _)| known == name) else {
            self.styles.push((name.to_owned(), options));
            return name.to_owned();
        };
        let unset = |key: &str| match key {
            "draw" | "fill" => Some(format!("{key}=none")),
            "draw opacity" | "fill opacity" => Some(format!("{key}=1")),
            "dash pattern" => Some("solid".to_owned()),
            "rounded corners" => Some("sharp corners".to_owned()),
            _ => None,
        };
        let missing = base.iter().filter(|(key, _)| options.iter().all(|(other, _)| other != key));
        let missing: Vec<String> = missing.filter_map(|(key, _)| unset(key)).collect();
        let other = options.iter().filter(|option| !base.contains(option)).map(written);
        std::iter::once(name.to_owned()).chain(missing).chain(other).collect::<Vec<_>>().join(", ")
    }

    /// The value of an option of a style that is already used.
    pub(super) fn option(&self, style: &str, key: &str) -> Option<String> {
        let (_, options) = self.styles.iter().find(|(known, _)| known == style)?;
        options.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
    }

    /// The command for text of a look, if it has this look.
    pub(super) fn command(&mut self, name: &'static str, look: Look) -> Option<&'static str> {
        self.color(look.color, "text");
        (*self.commands.entry(name).or_insert(look) == look).then_some(name)
    }

    /// The options of a stroke.
    pub(super) fn stroke(&mut self, stroke: Stroke, role: &str) -> Options {
        let color = self.color(stroke.color.light, role);
        let mut options = vec![("draw", color), ("line width", length(stroke.width))];
        if stroke.opacity < 1.0 {
            options.push(("draw opacity", super::number(stroke.opacity)));
        }
        if stroke.dashed {
            let dash = length(4.0 * stroke.width.max(1.0));
            options.push(("dash pattern", format!("on {dash} off {dash}")));
        }
        options
    }

    /// The options of a shape's fill and border.
    pub(super) fn paint(&mut self, shape: &Shape, role: &str) -> Options {
        let mut options: Options = match shape.fill {
            Fill::None => Vec::new(),
            Fill::Plain(paint) => vec![("fill", self.color(paint.light, role))],
            Fill::Gradient(left, right) => {
                let [left, right] = [left, right].map(|paint| self.color(paint.light, role));
                vec![
                    ("shade", String::new()),
                    ("left color", left),
                    ("right color", right),
                    ("shading angle", "90".to_owned()),
                ]
            }
        };
        if shape.opacity < 1.0 {
            options.push(("fill opacity", super::number(shape.opacity)));
        }
        if let Some(border) = shape.border {
            options.extend(self.stroke(border, "border"));
        }
        if let Outline::Rectangle { radius, .. } = shape.outline
            && radius > 0.0
        {
            options.push(("rounded corners", length(radius)));
        }
        options
    }

    /// The declarations.
    pub(super) fn written(&self) -> String {
        let mut result = String::new();
        let mut line = |line: &str| {
            result += line;
            result += "%\n";
        };
        for library in &self.libraries {
            line(&format!(
                "\\ifcsname tikz@library@{library}@loaded\\endcsname\\else\\PackageError{{netviz}}\
                 {{The preamble needs \\string\\usetikzlibrary{{{library}}}}}{{}}\\fi"
            ));
        }
        for &index in &self.used {
            let (name, color) = &self.palette[index];
            line(&defined(name, *color));
        }
        for &color in &self.others {
            line(&defined(&super::super::absolute::name(color), color));
        }
        for (name, look) in &self.commands {
            let color = self
                .palette
                .iter()
                .enumerate()
                .find(|(index, (_, color))| self.used.contains(index) && *color == look.color);
            let color = color.map_or_else(|| super::super::absolute::name(look.color), |(_, (name, _))| name.clone());
            line(&format!("\\providecommand*\\{name}[1]{{{{{}\\color{{{color}}}#1}}}}", look.font(1.2)));
        }
        if self.has_muted {
            line("\\providecommand*\\netvizmuted[1]{\\textcolor{netviz-muted}{#1}}");
        }
        if self.has_struts {
            line("\\providecommand*\\netvizstrut{\\rule[-.21\\baselineskip]{0pt}{\\baselineskip}}");
        }
        result += text::DEFINITIONS;
        if self.has_solids {
            result += include_str!("solid.tex");
        }
        result += "\\tikzset{\n";
        for (name, options) in &self.styles {
            let options: Vec<String> = options.iter().map(written).collect();
            put!(result, "  {name}/.prefix style={{{}}},\n", options.join(", "));
        }
        result + "}%\n"
    }
}

fn defined(name: &str, color: Color) -> String {
    format!("\\providecolor{{{name}}}{{HTML}}{{{}}}", color.hex()[1..].to_uppercase())
}

pub(super) fn written((key, value): &(&'static str, String)) -> String {
    match value.as_str() {
        "" => (*key).to_owned(),
        value if value.contains([',', '=']) => format!("{key}={{{value}}}"),
        value => format!("{key}={value}"),
    }
}
