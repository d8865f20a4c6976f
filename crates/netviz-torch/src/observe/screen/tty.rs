//! The terminal as a full-screen view has it, and as it was before.
//!
//! Whatever ends the program leads to [`leave`]: the end of the run, an error, a panic, a second Ctrl-C and
//! the usual signals. It is safe to call from any thread, and does nothing where the terminal is as it was.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use netviz::cli::console;
use netviz::limits;
use ratatui::crossterm::cursor::{Hide, MoveTo, Show};
use ratatui::crossterm::queue;
use ratatui::crossterm::style::Print;
use ratatui::crossterm::terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use ratatui::layout::Size;
use rustix::termios::{self, InputModes, LocalModes, OptionalActions, QueueSelector, Termios};
use signal_hook::consts::{SIGQUIT, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Whoever writes to the terminal holds it, so that nothing is drawn once it is given back.
static HELD: Mutex<Held> = Mutex::new(Held { wanted: false, before: None, lines: String::new() });
/// Whether the terminal was given back and taken again since the last [`is_stale`].
static STALE: AtomicBool = AtomicBool::new(false);
/// For a terminal that nobody reads from any more: a picture is written in far less.
const PATIENCE: Duration = Duration::from_secs(1);

struct Held {
    /// Whether the view is open, though it may be suspended.
    wanted: bool,
    /// The terminal's modes before it was taken, as long as it is.
    before: Option<Termios>,
    /// What is to be read there afterwards.
    lines: String,
}

/// Takes the terminal.
///
/// # Errors
/// Where standard output is none.
pub(super) fn enter() -> io::Result<()> {
    static WATCHED: Once = Once::new();
    {
        let mut held = hold();
        held.take()?;
        held.wanted = true;
    }
    WATCHED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            previous(panic);
        }));
    });
    watch_signals().inspect_err(|_| leave())
}

/// Gives the terminal back, with the lines that were kept for it.
pub(crate) fn leave() {
    if let Some(mut held) = hold_soon() {
        held.wanted = false;
        held.give_back();
    }
}

/// Keeps a line for the time when the terminal is given back.
pub(super) fn keep_line(line: &str) {
    let mut held = hold();
    held.lines.push_str(&console::shown(line));
    held.lines.push('\n');
}

/// Puts a line over the last row, even while nothing is drawn.
pub(super) fn put_line(line: &str) {
    let Size { width, height } = size();
    let line: String = line.chars().take(usize::from(width)).collect();
    if let Some(held) = hold_soon()
        && held.before.is_some()
    {
        let mut bytes = Vec::new();
        let _ = queue!(bytes, MoveTo(0, height - 1), Clear(ClearType::CurrentLine), Print(line));
        let _ = write(&bytes);
    }
}

/// Whether all that was drawn is gone.
pub(super) fn is_stale() -> bool {
    STALE.swap(false, Ordering::Relaxed)
}

/// Columns and rows; the usual ones where the terminal does not know, and no more than [`limits::TERMINAL`], since
/// there may be four billion cells.
pub(super) fn size() -> Size {
    let [columns, rows] = limits::TERMINAL;
    match termios::tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size::new(size.ws_col.min(columns), size.ws_row.min(rows)),
        _ => Size::new(80, 24),
    }
}

/// What is drawn, which reaches the terminal when it is flushed, and only while that is held.
#[derive(Debug, Default)]
pub(super) struct Canvas(Vec<u8>);

impl Write for Canvas {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let held = hold();
        let bytes = std::mem::take(&mut self.0);
        if held.before.is_some() { write(&bytes) } else { Ok(()) }
    }
}

fn hold() -> MutexGuard<'static, Held> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Not where a picture cannot be written: the program must end nevertheless.
fn hold_soon() -> Option<MutexGuard<'static, Held>> {
    let start = Instant::now();
    loop {
        match HELD.try_lock() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => return None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

impl Held {
    fn take(&mut self) -> io::Result<()> {
        let before = termios::tcgetattr(io::stdout())?;
        termios::tcsetattr(io::stdout(), OptionalActions::Now, &quiet(&before))?;
        self.before = Some(before);
        let mut bytes = Vec::new();
        queue!(bytes, EnterAlternateScreen, Hide)?;
        write(&bytes)
    }

    /// Errors are ignored: a terminal that is gone needs nothing.
    fn give_back(&mut self) {
        let mut bytes = Vec::new();
        if self.before.is_some() {
            let _ = queue!(bytes, LeaveAlternateScreen, Show);
        }
        bytes.extend(std::mem::take(&mut self.lines).into_bytes());
        let _ = write(&bytes);
        if let Some(before) = self.before.take() {
            // Keys that were meant for the view are not for the shell.
            let _ = termios::tcflush(io::stdout(), QueueSelector::IFlush);
            let _ = termios::tcsetattr(io::stdout(), OptionalActions::Now, &before);
        }
    }
}

/// Keys come one by one and unseen. Ctrl-C stays a signal, heard even while libtorch computes, which does not
/// throw away half a picture; and Ctrl-S does not halt the training.
fn quiet(before: &Termios) -> Termios {
    let mut modes = before.clone();
    modes.input_modes.remove(InputModes::IXON);
    modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ECHONL | LocalModes::IEXTEN);
    modes.local_modes.insert(LocalModes::ISIG | LocalModes::NOFLSH);
    modes
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}

/// Gives the terminal back before a signal does what it does. Those that stop a run are watched elsewhere, since the
/// first one ends nothing at once.
fn watch_signals() -> io::Result<()> {
    let mut signals = Signals::new([SIGQUIT, SIGTSTP])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if let Some(mut held) = hold_soon() {
                held.give_back();
            }
            // Of these, only Ctrl-Z returns: when the shell lets the program go on.
            let _ = emulate_default_handler(signal);
            let mut held = hold();
            if held.wanted {
                STALE.store(true, Ordering::Relaxed);
                let _ = held.take();
            }
        }
    })?;
    Ok(())
}
