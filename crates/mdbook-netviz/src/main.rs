//! An mdBook preprocessor that draws the neural networks in ```` ```netviz ```` blocks.
//!
//! mdBook passes JSON: an array of the context and the book on standard input. It expects the book on standard output.
//! The program works on plain JSON rather than with mdBook's types, so it supports both mdBook 0.4 and 0.5.

mod chapter;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use netviz::cli::Failure;
use netviz::limits;
use serde_json::Value;

const USAGE: &str = "\
mdbook-netviz is run by mdBook. Put this into your book.toml, and mdbook-netviz on your PATH:

  [preprocessor.netviz]
  options = \"--theme auto\"   # for all pictures; those of `netviz render`
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => preprocess(),
        // Other renderers cannot show inline SVG.
        ["supports", "html"] => ExitCode::SUCCESS,
        ["supports", _] => ExitCode::FAILURE,
        _ => print(USAGE),
    }
}

fn preprocess() -> ExitCode {
    match read() {
        Ok([context, mut book]) => match Drawer::new(&context).book(&mut book) {
            Some(failure) => {
                failure.print();
                ExitCode::FAILURE
            }
            None => print(&book.to_string()),
        },
        Err(error) => {
            Failure::new(format!("standard input holds no book of mdBook: {error}")).hint(USAGE.trim()).print();
            ExitCode::FAILURE
        }
    }
}

/// Reads the context and the book from standard input.
fn read() -> Result<[Value; 2], String> {
    let mut text = String::new();
    let mut input = std::io::stdin().take(limits::BOOK + 1);
    input.read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > limits::BOOK {
        return Err(format!("it has more than {} bytes", limits::BOOK));
    }
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Draws the diagrams of a book.
struct Drawer<'a> {
    /// The folder of the book.
    root: &'a Path,
    /// The folder of the chapters, relative to `root`.
    src: &'a Path,
    /// Options that precede those of every block.
    options: &'a str,
    /// Number of diagrams drawn so far. It makes the ids in them unique in the book.
    pictures: usize,
    failures: Vec<Failure>,
}

impl<'a> Drawer<'a> {
    fn new(context: &'a Value) -> Self {
        let text = |pointer: &str| context.pointer(pointer).and_then(Value::as_str);
        Self {
            root: Path::new(text("/root").unwrap_or(".")),
            src: Path::new(text("/config/book/src").unwrap_or("src")),
            options: text("/config/preprocessor/netviz/options").unwrap_or_default(),
            pictures: 0,
            failures: Vec::new(),
        }
    }

    /// Draws the diagrams of all chapters. Returns everything that is wrong.
    fn book(mut self, book: &mut Value) -> Option<Failure> {
        // mdBook 0.5 has `items`, 0.4 `sections`.
        for key in ["items", "sections"] {
            self.items(book.get_mut(key));
        }
        Failure::all(self.failures)
    }

    fn items(&mut self, items: Option<&mut Value>) {
        for item in items.and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(chapter) = item.get_mut("Chapter") {
                self.chapter(chapter);
            }
        }
    }

    fn chapter(&mut self, chapter: &mut Value) {
        // A draft has neither path nor text.
        let path = ["source_path", "path"].into_iter().find_map(|key| chapter[key].as_str()).map(PathBuf::from);
        if let (Some(path), Some(text)) = (path, chapter["content"].as_str()) {
            match self.text(text, &self.src.join(path)) {
                Ok(text) => chapter["content"] = text.into(),
                Err(failure) => self.failures.push(failure),
            }
        }
        self.items(chapter.get_mut("sub_items"));
    }
}
