//! The pictures of a finished run, and the page that combines them.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use assert_cmd::Command;
use roxmltree::{Document, Node};
use serde_json::Value;

const PICTURES: [&str; 4] = ["curves.svg", "confusion.svg", "mistakes.svg", "network.svg"];
/// A name that contains HTML and template syntax, which a page must escape.
const NAME: &str = "<script>alert(1)&{{style}}";

/// Runs that share the processor take many times as long, because libtorch's threads spin while they wait.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn engine(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
    command.args(["train", "--quiet"]).args(arguments).current_dir(folder).assert().success();
}

/// A folder with `model.yaml`, which trains with validation in a second.
fn folder(train: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let model = format!(
        "{{name: \"{NAME}\", input: [784], layers: [dense: {{units: 8, activation: relu}}, dense: {{units: 10, \
         activation: softmax}}], train: {{data: mnist, validation_split: 0.1, {train}}}}}"
    );
    std::fs::write(folder.path().join("model.yaml"), model).expect("a file");
    folder
}

const USUAL: &str = "loss: categorical_crossentropy, metrics: [accuracy], batch_size: 256";

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The element with an id.
fn element<'a>(picture: &'a Document, id: &str) -> Node<'a, 'a> {
    let found = picture.descendants().find(|node| node.attribute("id") == Some(id));
    found.unwrap_or_else(|| panic!("nothing has the id {id}"))
}

fn texts(node: Node) -> Vec<String> {
    let texts = node.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text());
    texts.map(str::to_owned).collect()
}

fn count_of(node: Node, tag: &str) -> usize {
    node.descendants().filter(|node| node.tag_name().name() == tag).count()
}

#[test]
fn the_pictures_agree_with_the_figures() {
    let _turn = turn();
    let folder = folder(USUAL);
    engine(folder.path(), &["model.yaml", "--epochs", "3", "--out", "run"]);
    let run = folder.path().join("run");
    let report: Value = serde_json::from_str(&read(&run, "report.json")).expect("JSON");
    let wrong = 10_000.0 - 10_000.0 * report["test_accuracy"].as_f64().expect("a number");

    let text = read(&run, "confusion.svg");
    let picture = Document::parse(&text).expect("well-formed");
    let counts = texts(element(&picture, "confusion-cells"));
    let counts: Vec<usize> = counts.iter().map(|count| count.replace(',', "").parse().expect("a count")).collect();
    assert_eq!(counts.iter().sum::<usize>(), 10_000);
    let mut shares = texts(element(&picture, "confusion-shares"));
    let accuracy = format!("{:.1} %", 100.0 - wrong / 100.0);
    assert_eq!((shares.pop(), shares.len()), (Some(accuracy), 22));
    assert_eq!(texts(element(&picture, "confusion-classes")).len(), 22);

    let text = read(&run, "mistakes.svg");
    let picture = Document::parse(&text).expect("well-formed");
    assert_eq!(count_of(picture.root(), "image"), 50);
    let title = texts(element(&picture, "title")).join(" ");
    let told = title.rsplit_once("most confident of ").and_then(|(_, rest)| rest.split_once(' ')).expect("the number");
    assert_eq!(told.0.replace(',', "").parse::<f64>().ok(), Some(wrong.round()), "{title}");

    let text = read(&run, "curves.svg");
    let picture = Document::parse(&text).expect("well-formed");
    for (key, id) in [("loss", "curves-loss"), ("accuracy", "curves-accuracy")] {
        let panel = element(&picture, id);
        // Three epochs of training and validation, and the ring of the test.
        assert_eq!(count_of(panel, "circle"), 7);
        let last = format!("{:.4}", report[&format!("test_{key}")].as_f64().expect("a number"));
        assert!(texts(panel).contains(&last), "{last} at the curves of the {key}");
    }
    let text = read(&run, "network.svg");
    assert!(text.contains("positive"), "the network is drawn with its weights");
}

#[test]
fn the_same_run_gives_the_same_bytes_in_one_go_and_in_two() {
    let _turn = turn();
    let folder = folder(USUAL);
    let shown = || {
        let run = folder.path().join("run");
        PICTURES.iter().chain(&["report.html"]).map(|name| read(&run, name)).collect::<Vec<_>>()
    };
    engine(folder.path(), &["model.yaml", "--epochs", "2", "--out", "run"]);
    let whole = shown();
    engine(folder.path(), &["model.yaml", "--epochs", "1", "--out", "run", "--overwrite"]);
    let first = shown();
    engine(folder.path(), &["--resume", "run", "--epochs", "2"]);
    let both = shown();
    for (index, name) in PICTURES.iter().chain(&["report.html"]).enumerate() {
        assert_ne!(first[index], whole[index], "{name} after one epoch");
        assert_eq!(both[index], whole[index], "{name}");
    }
}

#[test]
fn a_run_without_metrics_shows_its_loss_alone() {
    let _turn = turn();
    let folder = folder("loss: mse, batch_size: 256");
    engine(folder.path(), &["model.yaml", "--out", "run"]);
    let text = read(&folder.path().join("run"), "curves.svg");
    let picture = Document::parse(&text).expect("well-formed");
    assert!(!text.contains("curves-accuracy"));
    // One epoch: a point each for training, validation and test, and none at the edge of the axes.
    assert_eq!(count_of(element(&picture, "curves-loss"), "circle"), 3);
}

#[test]
fn a_new_run_leaves_nothing_of_what_an_earlier_one_showed() {
    let _turn = turn();
    let folder = folder(USUAL);
    let run = folder.path().join("run");
    engine(folder.path(), &["model.yaml", "--out", "run"]);
    assert!(run.join("report.html").exists());
    // It ends before any picture is written.
    let mut command = Command::new(env!("CARGO_BIN_EXE_netviz-torch"));
    let diverging = "train.optimizer={sgd: {learning_rate: 1e30}}";
    command
        .args(["train", "--quiet", "model.yaml", "--out", "run", "--overwrite", "--set", diverging])
        .current_dir(folder.path());
    command.assert().code(1);
    for name in PICTURES.iter().chain(&["report.html", "metrics.csv"]) {
        assert!(!run.join(name).exists(), "{name} is left");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn browsers_open_the_report_without_a_word() {
    let _turn = turn();
    let browser = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser");
    let is_ready = browser.join("node_modules/puppeteer-core").exists()
        && ["node", "chromium", "firefox-esr"]
            .iter()
            .all(|program| Command::new(program).arg("--version").output().is_ok());
    if !is_ready && std::env::var_os("CI").is_none() {
        println!("skipped: scripts/test_setup.sh installs what tests in a browser need");
        return;
    }
    let folder = folder(USUAL);
    engine(folder.path(), &["model.yaml", "--out", "run"]);
    let page = folder.path().join("run/report.html");
    let text = read(page.parent().expect("a folder"), "report.html");
    assert!(!text.contains("<script"), "a report runs nothing");
    Command::new("node").arg(browser.join("report.mjs")).arg(page).assert().success();
}
