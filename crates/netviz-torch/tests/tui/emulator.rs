//! A terminal to run programs in: a pseudoterminal of the kernel, and an emulator that reads its output.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::AsFd;
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pts, Pty, open};
use rustix::process::{Pid, WaitOptions, waitpid};
use rustix::termios::tcgetattr;
use vt100::{MouseProtocolMode, Parser, Screen};

/// Far more than any step of a test takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// A terminal with one program in it.
pub(crate) struct Emulator {
    pty: Arc<Pty>,
    /// Held open, so that the terminal and its modes remain after the program has ended.
    pts: Pts,
    parser: Arc<Mutex<Parser>>,
    /// Whether an escape code was read.
    escaped: Arc<AtomicBool>,
    /// The terminal modes before the program started.
    modes: String,
    child: Child,
    /// Number of lines written by the test itself.
    marks: usize,
}

impl Emulator {
    /// Starts a program in a terminal of `size` columns and rows.
    pub(crate) fn start(command: Command, size: [u16; 2]) -> Self {
        Self::claiming(command, size, size)
    }

    /// Starts a program in a terminal that reports a size other than its own.
    pub(crate) fn claiming(mut command: Command, size: [u16; 2], claimed: [u16; 2]) -> Self {
        let (pty, pts) = open().expect("a terminal");
        pty.resize(Size::new(claimed[1], claimed[0])).expect("resized");
        let modes = modes(&pty);
        let child = command.spawn_borrowed(&pts).expect("it starts");
        let [columns, rows] = size.map(positive);
        let (pty, parser) = (Arc::new(pty), Arc::new(Mutex::new(Parser::new(rows, columns, 10_000))));
        let (output, screen) = (Arc::clone(&pty), Arc::clone(&parser));
        let escaped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&escaped);
        std::thread::spawn(move || {
            let mut bytes = [0; 1 << 12];
            while let Ok(count @ 1..) = (&*output).read(&mut bytes) {
                seen.fetch_or(bytes[..count].contains(&b'\x1b'), Ordering::Relaxed);
                screen.lock().expect("a screen").process(&bytes[..count]);
            }
        });
        Self { pty, pts, parser, escaped, modes, child, marks: 0 }
    }

    /// Waits until `found` returns a value for the screen, and returns that value.
    pub(crate) fn wait<T>(&mut self, what: &str, found: impl Fn(&Screen) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(value) = found(self.parser().screen()) {
                return value;
            }
            assert!(start.elapsed() < PATIENCE, "no {what}:\n{}", self.parser().screen().contents());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the screen shows all of `texts`, and returns its contents.
    pub(crate) fn wait_for(&mut self, texts: &[&str]) -> String {
        self.wait(&format!("{texts:?}"), |screen| {
            let contents = screen.contents();
            texts.iter().all(|text| contents.contains(text)).then_some(contents)
        })
    }

    /// Waits until the program has ended and all of its output is read.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a state") {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end:\n{}", self.parser().screen().contents());
            std::thread::sleep(Duration::from_millis(10));
        };
        self.read_all();
        status
    }

    /// Waits until all output so far is read, by writing a line and waiting for it.
    fn read_all(&mut self) {
        let mut output = std::fs::File::from(self.pts.as_fd().try_clone_to_owned().expect("another handle"));
        self.marks += 1;
        let mark = format!("(mark {})", self.marks);
        output.write_all(format!("\r\n{mark}\r\n").as_bytes()).expect("written");
        self.wait_for(&[&mark]);
    }

    /// Waits until the program is suspended.
    pub(crate) fn wait_until_suspended(&mut self) {
        let id = Pid::from_child(&self.child);
        let (_, status) = waitpid(Some(id), WaitOptions::UNTRACED).expect("a state").expect("a change of it");
        assert!(status.stopped(), "it has ended");
        self.read_all();
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = std::process::Command::new("kill").args([&format!("-{name}"), &id]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Types keys.
    pub(crate) fn press(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).expect("written");
    }

    pub(crate) fn resize(&self, [columns, rows]: [u16; 2]) {
        self.parser().set_size(positive(rows), positive(columns));
        self.pty.resize(Size::new(rows, columns)).expect("resized");
    }

    /// All lines, including those that have scrolled out of view.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut parser = self.parser();
        let screen = parser.screen_mut();
        let mut lines: Vec<String> = Vec::new();
        let columns = screen.size().1;
        for above in (0..=screen.scrollback_len()).rev() {
            screen.set_scrollback(above);
            let rows = screen.rows(0, columns.get());
            // Above the last screen, only the first row is new.
            lines.extend(rows.take(if above == 0 { usize::MAX } else { 1 }).map(|row| row.trim_end().to_owned()));
        }
        lines
    }

    /// Checks that the terminal is in the state in which the program found it.
    #[track_caller]
    pub(crate) fn assert_restored(&self) {
        let parser = self.parser();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
        assert!(!screen.bracketed_paste() && !screen.application_cursor() && !screen.application_keypad());
        assert_eq!(modes(&self.pty), self.modes);
    }

    /// Whether an escape code was written to the terminal.
    pub(crate) fn was_escaped(&self) -> bool {
        self.escaped.load(Ordering::Relaxed)
    }

    /// Whether a full-screen view has the terminal.
    pub(crate) fn is_taken(&self) -> bool {
        self.parser().screen().alternate_screen() && modes(&self.pty) != self.modes
    }

    pub(crate) fn parser(&self) -> MutexGuard<'_, Parser> {
        self.parser.lock().expect("a screen")
    }
}

/// Kills the program if a test fails.
impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn positive(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).expect("a size")
}

fn modes(pty: &Pty) -> String {
    format!("{:?}", tcgetattr(pty).expect("modes"))
}
