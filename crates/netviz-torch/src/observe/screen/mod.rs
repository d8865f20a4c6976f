//! A full-screen view with live curves.

mod chart;
mod data;
mod look;
mod table;
#[cfg(test)]
mod tests;
mod tty;
mod view;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode};
use ratatui::layout::{Rect, Size};
use ratatui::{Terminal, TerminalOptions, Viewport};

pub(crate) use tty::leave;

use super::plain::{epoch_line, heading, print_end, resumed_line};
use crate::training::State;
use crate::training::{Epoch, Observer, ObserverResult, Outcome, Plan, Progress};
use data::RunData;
use look::Look;

/// Draws the run while it trains. However the program ends, the terminal is restored and then shows the lines of
/// [`super::Plain`].
pub struct Screen {
    terminal: Terminal<CrosstermBackend<tty::Canvas>>,
    look: Look,
    known: Option<RunData>,
    /// The key `q` sets this.
    stopped: Arc<AtomicBool>,
    /// When the view was last drawn.
    drawn: Option<Instant>,
}

/// Minimum time between two redraws: more frequent ones are unreadable and cost time.
const INTERVAL: Duration = Duration::from_millis(100);

impl Screen {
    /// Takes over the terminal. The key `q` sets `stopped`.
    ///
    /// # Errors
    /// If standard output is not a terminal.
    pub fn open(stopped: Arc<AtomicBool>) -> io::Result<Self> {
        let look = Look::of_environment();
        let viewport = Viewport::Fixed(whole(tty::size()));
        let backend = CrosstermBackend::new(tty::Canvas::default());
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
        tty::enter()?;
        Ok(Self { terminal, look, known: None, stopped, drawn: None })
    }

    /// Redraws the view. A terminal that cannot be written to does not stop the training.
    fn draw(&mut self) {
        let resized = self.read_events();
        let Some(known) = &self.known else { return };
        let area = whole(tty::size());
        if resized || tty::is_stale() || area != self.terminal.get_frame().area() {
            let _ = self.terminal.resize(area);
        }
        let look = self.look;
        let _ = self.terminal.draw(|frame| view::draw(known, look, area, frame.buffer_mut()));
        self.drawn = Some(Instant::now());
    }

    fn is_due(&self) -> bool {
        self.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL)
    }

    /// Handles keys, except for Ctrl-C, which is a signal. Returns whether the terminal was resized. A resize loses
    /// what was drawn, even if the size is now the same as before.
    fn read_events(&self) -> bool {
        let mut resized = false;
        while event::poll(Duration::ZERO).unwrap_or(false) {
            match event::read() {
                Ok(Event::Resize(..)) => resized = true,
                Ok(Event::Key(key)) if key.is_press() && matches!(key.code, KeyCode::Char('q' | 'Q')) => {
                    self.stopped.store(true, Ordering::Relaxed);
                    show_stopping();
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        resized
    }
}

/// Confirms the first Ctrl-C, because the current step, or the work after an epoch, may take a while.
pub(crate) fn show_stopping() {
    tty::put_line(" stopping after this step; Ctrl-C ends at once");
}

fn whole(size: Size) -> Rect {
    Rect::new(0, 0, size.width, size.height)
}

/// Restores the terminal before an error is printed.
impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

impl Observer for Screen {
    fn start(&mut self, plan: &Plan) -> ObserverResult {
        for line in heading(plan) {
            tty::keep_line(&line);
        }
        self.known = Some(RunData::new(plan.clone()));
        self.draw();
        Ok(())
    }

    fn resumed(&mut self, state: &State) -> ObserverResult {
        tty::keep_line(&resumed_line(state));
        if let Some(known) = &mut self.known {
            known.resume(state);
        }
        self.draw();
        Ok(())
    }

    fn step(&mut self, progress: &Progress) -> ObserverResult {
        // After the last step of an epoch, the next redraw may be a while off.
        let is_last = progress.step == progress.steps && progress.elapsed > Duration::from_secs(1);
        if !is_last && !self.is_due() {
            return Ok(());
        }
        if let Some(known) = &mut self.known {
            known.step(progress);
        }
        self.draw();
        Ok(())
    }

    fn epoch(&mut self, epoch: &Epoch) -> ObserverResult {
        let Some(known) = &mut self.known else { return Ok(()) };
        tty::keep_line(&epoch_line(epoch, &known.plan));
        known.epoch(epoch);
        if known.is_done() || self.is_due() {
            self.draw();
        }
        Ok(())
    }

    fn done(&mut self, outcome: &Outcome) -> ObserverResult {
        leave();
        let _ = print_end(outcome, self.known.as_ref().map_or(&[], |known| &known.plan.measures));
        Ok(())
    }

    fn interrupted(&mut self) -> ObserverResult {
        leave();
        Ok(())
    }
}
