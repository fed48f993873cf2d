//! Ctrl-C and SIGTERM while files are written: nothing half done is left behind.

use crate::batch::Places;
use std::sync::mpsc::Sender;
use tokio::signal::unix::{SignalKind, signal};

/// What a shell adds to a signal's number to tell that it ended a process.
const ENDED_BY: i32 = 128;

/// From now on, a signal that ends the process first removes the files that are not complete.
///
/// Where the system gives no thread, the signal ends the process as it always does.
pub fn clean_up(places: &Places) {
    let places = places.clone();
    let (listening, begun) = std::sync::mpsc::channel();
    let wait = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        if let Some(number) = runtime.block_on(ended_by(&listening)) {
            places.abandon();
            std::process::exit(ENDED_BY.saturating_add(number));
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait).ok();
    // Until somebody listens, a signal would leave what is begun; an error says that nobody will.
    begun.recv().ok();
}

/// Says that it listens, waits for the first signal, and gives its number.
async fn ended_by(listening: &Sender<()>) -> Option<i32> {
    let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
    let (mut interrupted, mut terminated) = (signal(interrupt).ok()?, signal(terminate).ok()?);
    listening.send(()).ok()?;
    tokio::select! {
        _ = interrupted.recv() => Some(interrupt.as_raw_value()),
        _ = terminated.recv() => Some(terminate.as_raw_value()),
    }
}
