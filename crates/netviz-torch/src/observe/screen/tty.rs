//! Takes over the terminal for a full-screen view, and restores it.
//!
//! [`leave`] is called however the program ends: at the end of the run, and on errors, panics, a second Ctrl-C and the
//! usual signals. It is safe to call from any thread, and does nothing if the terminal is already restored.

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

/// Every writer to the terminal holds this lock, so that nothing is drawn after the terminal is restored.
static HELD: Mutex<Held> = Mutex::new(Held { wanted: false, before: None, lines: String::new() });
/// Whether the terminal was restored and taken over again since the last [`is_stale`].
static STALE: AtomicBool = AtomicBool::new(false);
/// How long to wait for a writer that is blocked by a terminal that nobody reads. Drawing takes far less.
const PATIENCE: Duration = Duration::from_secs(1);

struct Held {
    /// Whether the view is open. It may be suspended.
    wanted: bool,
    /// The modes of the terminal before it was taken over; `None` while it is restored.
    before: Option<Termios>,
    /// Lines to print after the terminal is restored.
    lines: String,
}

/// Takes over the terminal.
///
/// # Errors
/// If standard output is not a terminal.
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

/// Restores the terminal and prints the kept lines.
pub(crate) fn leave() {
    if let Some(mut held) = hold_soon() {
        held.wanted = false;
        held.give_back();
    }
}

/// Keeps a line, to be printed once the terminal is restored.
pub(super) fn keep_line(line: &str) {
    let mut held = hold();
    held.lines.push_str(&console::shown(line));
    held.lines.push('\n');
}

/// Writes a line over the last row, even if the view is not being redrawn.
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

/// Whether the contents of the screen were lost since the last call.
pub(super) fn is_stale() -> bool {
    STALE.swap(false, Ordering::Relaxed)
}

/// The size in columns and rows. 80×24 if it is not known, and at most [`limits::TERMINAL`], because a terminal may
/// claim four billion cells.
pub(super) fn size() -> Size {
    let [columns, rows] = limits::TERMINAL;
    match termios::tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size::new(size.ws_col.min(columns), size.ws_row.min(rows)),
        _ => Size::new(80, 24),
    }
}

/// A buffer for drawing. A flush writes it to the terminal if the view holds the terminal, and discards it otherwise.
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

/// Takes the lock, or gives up after [`PATIENCE`]: the program must be able to end even if a writer is blocked.
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

    /// Restores the terminal. Errors are ignored: a terminal that was closed needs no restoring.
    fn give_back(&mut self) {
        let mut bytes = Vec::new();
        if self.before.is_some() {
            let _ = queue!(bytes, LeaveAlternateScreen, Show);
        }
        bytes.extend(std::mem::take(&mut self.lines).into_bytes());
        let _ = write(&bytes);
        if let Some(before) = self.before.take() {
            // Discard keys that were meant for the view, so that the shell does not read them.
            let _ = termios::tcflush(io::stdout(), QueueSelector::IFlush);
            let _ = termios::tcsetattr(io::stdout(), OptionalActions::Now, &before);
        }
    }
}

/// The terminal modes of the view. Keys are read one by one and not echoed. Ctrl-C stays a signal, so that it works
/// while libtorch computes, but does not discard pending output. Ctrl-S does not suspend output, which would block the
/// training.
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

/// Restores the terminal before SIGQUIT and SIGTSTP take effect. Signals that stop a run are handled elsewhere, because
/// the first one does not end the program at once.
fn watch_signals() -> io::Result<()> {
    let mut signals = Signals::new([SIGQUIT, SIGTSTP])?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            if let Some(mut held) = hold_soon() {
                held.give_back();
            }
            // Of these, only SIGTSTP (Ctrl-Z) returns: when the shell continues the program.
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
