//! Real browsers for all tests of this program: started once, by `tests/browser/server.mjs`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::{Value, json};

/// The requests that are not answered yet, by id.
type Waiting = Arc<Mutex<HashMap<u64, Sender<Value>>>>;

struct Server {
    input: Mutex<(ChildStdin, u64)>,
    waiting: Waiting,
}

/// The server; `None` if the browsers are not set up. It ends when this program does, which closes its input.
static SERVER: LazyLock<Option<Server>> = LazyLock::new(start);

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn start() -> Option<Server> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let is_ready = scripts.join("node_modules/puppeteer-core").exists()
        && ["node", "chromium", "firefox-esr"]
            .iter()
            .all(|program| Command::new(program).arg("--version").output().is_ok());
    if !is_ready && std::env::var_os("CI").is_none() {
        println!("skipped: scripts/test_setup.sh installs what tests in a browser need");
        return None;
    }
    let mut node = Command::new("node");
    node.arg(scripts.join("server.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut node = node.spawn().expect("node runs");
    let (input, output) = (node.stdin.take().expect("a pipe"), node.stdout.take().expect("a pipe"));
    let waiting = Waiting::default();
    let answered = Arc::clone(&waiting);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let answer: Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
            let id = answer["id"].as_u64().expect("an id");
            let sender = answered.lock().unwrap_or_else(PoisonError::into_inner).remove(&id).expect("a request");
            // A test that has panicked does not listen any more.
            let _ = sender.send(answer);
        }
        // Whoever still waits is told, as its sender is dropped.
        answered.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let _ = node.wait();
    });
    Some(Server { input: Mutex::new((input, 0)), waiting })
}

/// Runs a script of `tests/browser` on files with these texts, and returns its output. If the browsers are not set up,
/// prints that the test is skipped, except in CI, where it fails.
pub(crate) fn run(script: &str, arguments: &[&str], texts: &[String], ending: &str) -> Option<String> {
    let server = SERVER.as_ref()?;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = texts.iter().enumerate().map(|(index, text)| {
        let path = folder.path().join(format!("{index}.{ending}"));
        std::fs::write(&path, text).expect("the file can be written");
        path
    });
    let files: Vec<_> = files.collect();
    let (sender, receiver) = channel();
    {
        let mut input = server.input.lock().unwrap_or_else(PoisonError::into_inner);
        let (pipe, next) = &mut *input;
        let id = *next;
        *next += 1;
        server.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, sender);
        let request = json!({"id": id, "script": script, "arguments": arguments, "files": files});
        writeln!(pipe, "{request}").expect("the server listens");
    }
    let answer = receiver.recv().expect("the server answers");
    assert!(answer.get("error").is_none(), "{}", answer["error"].as_str().unwrap_or_default());
    Some(answer["output"].as_str().expect("a text").to_owned())
}
