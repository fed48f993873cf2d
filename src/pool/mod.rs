//! Worker threads over one bounded queue, each with memory of its own.
//!
//! The engine is synchronous and wants a scratch of its own; the faces have work in pieces. A [`Pool`] joins them: a job is
//! a closure that is lent one worker's memory, the queue is bounded, and nothing on the way takes a lock that belongs to
//! us. One pool may serve several faces of a process. Names nothing of the other modules.
//!
//! Order is the caller's: send each job the sending half of a channel of one place ([`ticket`]), keep the receiving
//! halves in the order of submission, and take the answers in that order. A job that panics drops its half, so its caller
//! learns of it; the worker goes on with new memory.

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Threads that run jobs, each lending the job its own `S`.
#[derive(Debug)]
pub struct Pool<S> {
    jobs: Option<Sender<Job<S>>>,
    threads: Vec<JoinHandle<()>>,
}

/// How a pool is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// How many threads work.
    pub threads: NonZeroUsize,
    /// How many jobs may wait for a thread; `0` hands each job over directly.
    pub waiting_max: usize,
}

/// The queue has no room now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("every worker is busy and the queue is full")]
pub struct Full;

impl<S: 'static> Pool<S> {
    /// Starts the threads; `make` gives each its memory, in the thread itself, and anew after a panic.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new<M>(layout: Layout, make: M) -> io::Result<Self>
    where
        M: Fn() -> S + Clone + Send + 'static,
    {
        let (sender, receiver) = bounded::<Job<S>>(layout.waiting_max);
        let mut threads = Vec::with_capacity(layout.threads.get());
        for number in 0..layout.threads.get() {
            let receiver = receiver.clone();
            let make = make.clone();
            threads.push(
                std::thread::Builder::new().name(format!("lane-{number}")).spawn(move || serve(&receiver, &make))?,
            );
        }
        Ok(Self { jobs: Some(sender), threads })
    }

    /// Tells how many threads work.
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Gives the job to a worker, waiting for room in the queue.
    ///
    /// Where no worker is left the job is dropped, and with it the half of a [`ticket`] it holds.
    pub fn submit(&self, job: impl FnOnce(&mut S) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            jobs.send(Box::new(job)).ok();
        }
    }

    /// Gives the job to a worker if the queue has room.
    ///
    /// # Errors
    /// [`Full`] where it has none; the job is dropped.
    pub fn try_submit(&self, job: impl FnOnce(&mut S) + Send + 'static) -> Result<(), Full> {
        match self.jobs.as_ref().map(|jobs| jobs.try_send(Box::new(job))) {
            Some(Err(TrySendError::Full(_))) => Err(Full),
            Some(Ok(()) | Err(TrySendError::Disconnected(_))) | None => Ok(()),
        }
    }
}

impl<S> Drop for Pool<S> {
    /// Ends the threads after the jobs that already wait.
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}

/// Makes a channel for one answer.
pub fn ticket<R>() -> (Sender<R>, Receiver<R>) {
    bounded(1)
}

fn serve<S>(jobs: &Receiver<Job<S>>, make: &impl Fn() -> S) {
    let mut memory = make();
    while let Ok(job) = jobs.recv() {
        // Whatever the panic left half done is in the memory alone, and that is thrown away.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            memory = make();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(threads: usize, waiting_max: usize) -> Pool<u64> {
        let threads = NonZeroUsize::new(threads).unwrap();
        Pool::new(Layout { threads, waiting_max }, || 0).unwrap()
    }

    #[test]
    fn answers_taken_by_ticket_are_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let pool = pool(threads, 3);
            let mut tickets = Vec::new();
            for number in 0..200_u64 {
                let (answer, ticket) = ticket();
                pool.submit(move |_| {
                    if number % 17 == 0 {
                        std::thread::yield_now();
                    }
                    answer.send(number).ok();
                });
                tickets.push(ticket);
            }
            let answers: Vec<u64> = tickets.iter().map(|ticket| ticket.recv().unwrap()).collect();
            assert_eq!(answers, (0..200).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_worker_keeps_its_memory_and_gets_new_one_after_a_panic() {
        let pool = pool(1, 8);
        let count = |pool: &Pool<u64>| {
            let (answer, ticket) = ticket();
            pool.submit(move |memory| {
                *memory += 1;
                answer.send(*memory).ok();
            });
            ticket.recv()
        };
        assert_eq!((count(&pool), count(&pool)), (Ok(1), Ok(2)));
        let (answer, ticket) = ticket::<u64>();
        pool.submit(move |memory| {
            let _held = answer;
            *memory = 100;
            std::panic::resume_unwind(Box::new("no message on the test's output"));
        });
        assert!(ticket.recv().is_err());
        assert_eq!(count(&pool), Ok(1));
    }

    #[test]
    fn a_full_queue_is_said_and_dropping_the_pool_finishes_what_waits() {
        let pool = pool(1, 1);
        let (release, gate) = bounded::<()>(0);
        let (started, start) = bounded::<()>(1);
        pool.submit(move |_| {
            started.send(()).ok();
            gate.recv().ok();
        });
        start.recv().unwrap();
        let (answer, ticket) = ticket();
        assert_eq!(pool.try_submit(move |_| answer.send(7).unwrap()), Ok(()));
        assert_eq!(pool.try_submit(|_| ()), Err(Full));
        release.send(()).unwrap();
        drop(pool);
        assert_eq!(ticket.recv(), Ok(7));
    }
}
