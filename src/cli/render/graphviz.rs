//! The program `dot` of Graphviz.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::Failure;
use crate::limits;

/// Draws a DOT text as SVG with Graphviz.
pub(super) fn svg(dot: &str) -> Result<Vec<u8>, Failure> {
    let mut child = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| missing(&error))?;
    let text = dot.to_owned();
    let input = child.stdin.take();
    // All three streams at once: a full pipe would stop both programs.
    let writer = std::thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
    let output = drain(child.stdout.take());
    let messages = drain(child.stderr.take());
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() < limits::GRAPHVIZ_TIME => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(Failure::new(format!(
                    "Graphviz did not finish within {} s",
                    limits::GRAPHVIZ_TIME.as_secs()
                ))
                .hint("draw fewer neurons, or leave `--engine graphviz` out"));
            }
        }
    };
    let _ = writer.join();
    let (output, messages) = (output.join().unwrap_or_default(), messages.join().unwrap_or_default());
    if status.success() {
        return Ok(output);
    }
    let messages = String::from_utf8_lossy(&messages);
    let first = messages.lines().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason");
    Err(Failure::new(format!("Graphviz failed: {first}")).hint("leave `--engine graphviz` out"))
}

fn missing(error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::NotFound {
        Failure::new("`--engine graphviz` needs Graphviz, whose program `dot` is not on the PATH")
            .hint("install it, for example with `apt-get install graphviz`, or leave `--engine` out")
    } else {
        Failure::new(format!("cannot run `dot`: {}", crate::text::system_error(error)))
    }
}

/// Reads a stream to its end on a thread of its own.
fn drain(stream: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}
