//! Responses of mirrors, with local fake mirrors.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzEncoder;
use netviz::data::fetch::{Error, fetch};
use netviz::dataset::{Dataset, File, Preparation};

const CONTENTS: &[u8] = b"digits";
const SHA256: &str = "cc6b6bad31a0ff4d6dfd4953a6346a1c463d884723898a2af964b998e5499e22";

const fn file(name: &'static str) -> File {
    File { name, sha256: SHA256, bytes: CONTENTS.len() as u64 }
}

fn dataset(mirrors: &'static [&'static str]) -> Dataset {
    Dataset {
        name: "digits",
        doc: "For tests.",
        sample: [1, 1, 1],
        preparation: Preparation::Fit,
        training_samples: 1,
        classes: &[],
        files: [file("a"), file("b"), file("c"), file("d")],
        mirrors,
        // npm refuses it without a request.
        npm: ("file:/nowhere", "package/"),
    }
}

/// Starts a mirror that responds to a path with `answer`, and returns its address.
fn mirror(answer: fn(&str) -> Vec<u8>) -> &'static str {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/", listener.local_addr().expect("bound"));
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| serve(&stream, answer)));
    address.leak()
}

fn serve(mut stream: &TcpStream, answer: fn(&str) -> Vec<u8>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let request = lines.next().unwrap_or_default();
    lines.for_each(drop);
    // The program may close the connection before it has read everything.
    let _ = stream.write_all(&answer(request.split(' ').nth(1).unwrap_or_default()));
}

fn found(body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend(body);
    answer
}

fn not_found() -> Vec<u8> {
    b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_vec()
}

fn gzip(contents: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzEncoder::new(contents, Compression::fast()).read_to_end(&mut bytes).expect("compressed");
    bytes
}

/// Fetches from the mirrors. Returns the files in the folder afterwards, and the reasons for failed mirrors.
fn outcome(mirrors: &[&'static str]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = dataset(mirrors.to_vec().leak());
    let reasons = match fetch(&dataset, folder.path(), false, &mut |_| {}) {
        Ok(_) => Vec::new(),
        Err(Error::Sources(attempts)) => attempts.into_iter().map(|attempt| attempt.why).collect(),
        Err(error) => panic!("{error}"),
    };
    (names(folder.path()), reasons)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().expect("a folder").map(|entry| entry.expect("read").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_next_mirror_is_asked_for_what_the_first_lacks() {
    let half = mirror(|path| if path < "/c" { found(&gzip(CONTENTS)) } else { not_found() });
    let rest = mirror(|path| if path < "/c" { not_found() } else { found(&gzip(CONTENTS)) });
    assert_eq!(outcome(&[half, rest]), (["a", "b", "c", "checked.json", "d"].map(String::from).to_vec(), vec![]));
    let (names, reasons) = outcome(&[half]);
    assert_eq!(names, ["a", "b"]);
    assert_eq!(reasons[0], "it answers with status 404");
}

#[test]
fn what_is_not_the_original_is_refused() {
    let mirrors = [
        mirror(|_| found(&gzip(&b"DIGITS"[..]))),
        mirror(|_| found(&gzip(&b"digit"[..]))),
        mirror(|_| found(b"<html>this is a page</html>")),
        mirror(|_| found(&gzip(CONTENTS)[..20])),
    ];
    let (names, reasons) = outcome(&mirrors);
    assert_eq!(names, [""; 0]);
    assert_eq!(reasons[0], "a is not the original, by its sha256");
    assert_eq!(reasons[1], "a is 5 bytes, not 6");
    assert_eq!(reasons[2], "a breaks off: invalid gzip header");
    assert!(reasons[3].starts_with("a breaks off: "), "{}", reasons[3]);
}

#[test]
fn an_endless_file_is_not_read_to_its_end() {
    let bomb = mirror(|_| found(&gzip(std::io::repeat(0).take(1 << 24))));
    let (names, reasons) = outcome(&[bomb]);
    assert_eq!(names, [""; 0]);
    assert_eq!(reasons[0], "a is larger than 6 bytes");
}
