//! A network between a Kafka client and its broker that can lose, hold back and stop what passes.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::eventually;

/// Stands before one broker. Clients that begin here stay here: the broker's address in its answers is replaced.
pub struct Proxy {
    address: SocketAddr,
    network: Arc<Network>,
}

/// Requests of Kafka's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// The end of a transaction by a commit.
    Commit,
    /// Offsets of a group that are to be committed with a transaction.
    TransactionOffsets,
}

impl Request {
    /// Whether it is this one. It begins with its length, its kind and its version; what ends a transaction has as its
    /// last byte whether it commits, and one more byte behind that from version 3 on.
    fn is(self, frame: &[u8]) -> bool {
        let [kind, version] = [4, 6].map(|at| i16::from_be_bytes([frame[at], frame[at + 1]]));
        match self {
            Self::Commit => kind == 26 && frame[frame.len() - if version < 3 { 1 } else { 2 }] == 1,
            Self::TransactionOffsets => kind == 28,
        }
    }
}

/// What happens to a request and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The broker gets the request; the answer and the connection are lost.
    AnswerLost,
    /// The broker gets the request; the answer, and all that follows on its connection, waits for [`Proxy::release`].
    AnswerHeld,
    /// Neither this request nor anything else passes any more, and connections stay open, as with a frozen host.
    Frozen,
}

#[derive(Default)]
struct Network {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    next: Option<(Request, Fault)>,
    struck: u32,
    frozen: bool,
    released: bool,
    closed: bool,
}

impl Proxy {
    /// Stands before this broker (`host:port`).
    pub fn before(broker: &str) -> Self {
        let broker: SocketAddr = broker.parse().expect("one broker, by address and port");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let network = Arc::new(Network::default());
        let shared = Arc::clone(&network);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.state().closed {
                    return;
                }
                if let Ok(server) = TcpStream::connect(broker) {
                    connect(&shared, client, server, broker.port(), address.port());
                }
            }
        });
        Self { address, network }
    }

    /// Where clients connect.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Strikes the next request of this kind, once.
    pub fn arm(&self, request: Request, fault: Fault) -> Armed<'_> {
        let mut state = self.network.state();
        state.next = Some((request, fault));
        state.released = false;
        Armed { network: &self.network, before: state.struck, what: format!("{fault:?} strikes {request:?}") }
    }

    /// Strikes the next request of this kind, once, and waits until it has.
    pub fn strike(&self, request: Request, fault: Fault, deadline: Duration) {
        self.arm(request, fault).wait(deadline);
    }

    /// Lets an answer that is held go on.
    pub fn release(&self) {
        self.network.state().released = true;
        self.network.changed.notify_all();
    }
}

/// A fault that is going to strike.
#[must_use = "it strikes later"]
pub struct Armed<'a> {
    network: &'a Network,
    before: u32,
    what: String,
}

impl Armed<'_> {
    /// Waits until it has struck.
    pub fn wait(self, deadline: Duration) {
        eventually(&self.what, deadline, || (self.network.state().struck > self.before).then_some(()));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.network.state().closed = true;
        self.network.changed.notify_all();
        // Wakes the thread that waits for clients.
        drop(TcpStream::connect(self.address));
    }
}

impl Network {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while the network is in a state; an error where it has been closed meanwhile.
    fn wait(&self, while_so: impl Fn(&State) -> bool) -> io::Result<()> {
        let mut state = self.state();
        while while_so(&state) && !state.closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    /// The fault for this request, if it is the one that is waited for.
    fn fault(&self, request: &[u8]) -> Option<Fault> {
        let mut state = self.state();
        let (_, fault) = state.next.take_if(|(wanted, _)| wanted.is(request))?;
        state.struck += 1;
        state.frozen |= fault == Fault::Frozen;
        Some(fault)
    }
}

/// Answers that are to be lost or held, by the number that an answer has in common with its request.
#[derive(Default)]
struct Marked {
    lost: BTreeSet<[u8; 4]>,
    held: BTreeSet<[u8; 4]>,
}

fn connect(network: &Arc<Network>, client: TcpStream, server: TcpStream, from: u16, to: u16) {
    for stream in [&client, &server] {
        stream.set_nodelay(true).expect("a setting of the socket");
    }
    let marked = Arc::new(Mutex::new(Marked::default()));
    let ends = || (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    let (requests, answers) = (ends(), ends());
    let (passing, marks) = (Arc::clone(network), Arc::clone(&marked));
    std::thread::spawn(move || {
        drop(pass_requests(&passing, requests.0, requests.1, &marks));
        close(&client, &server);
    });
    let network = Arc::clone(network);
    std::thread::spawn(move || {
        drop(pass_answers(&network, &answers.1, &answers.0, &marked, (from, to)));
        close(&answers.0, &answers.1);
    });
}

fn close(client: &TcpStream, server: &TcpStream) {
    drop(client.shutdown(Shutdown::Both));
    drop(server.shutdown(Shutdown::Both));
}

fn pass_requests(network: &Network, mut from: TcpStream, mut to: TcpStream, marked: &Mutex<Marked>) -> io::Result<()> {
    loop {
        let frame = frame(&mut from)?;
        let number: [u8; 4] = frame[8..12].try_into().expect("four bytes");
        match network.fault(&frame) {
            None | Some(Fault::Frozen) => {}
            Some(Fault::AnswerLost) => drop(marked.lock().expect("no panic").lost.insert(number)),
            Some(Fault::AnswerHeld) => drop(marked.lock().expect("no panic").held.insert(number)),
        }
        network.wait(|state| state.frozen)?;
        to.write_all(&frame)?;
    }
}

fn pass_answers(
    network: &Network,
    mut from: &TcpStream,
    mut to: &TcpStream,
    marked: &Mutex<Marked>,
    ports: (u16, u16),
) -> io::Result<()> {
    loop {
        let mut frame = frame(&mut from)?;
        let number: [u8; 4] = frame[4..8].try_into().expect("four bytes");
        let held = {
            let mut marked = marked.lock().expect("no panic");
            if marked.lost.remove(&number) {
                return Ok(());
            }
            marked.held.remove(&number)
        };
        if held {
            network.wait(|state| !state.released)?;
        }
        network.wait(|state| state.frozen)?;
        readdress(&mut frame, ports);
        to.write_all(&frame)?;
    }
}

/// One request or answer: four bytes that say how long it is, then so many.
fn frame(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut size = [0; 4];
    from.read_exact(&mut size)?;
    let length = u32::from_be_bytes(size);
    let mut frame = Vec::from(size);
    let read = from.take(u64::from(length)).read_to_end(&mut frame)?;
    if read < 8 || read < usize::try_from(length).expect("an answer fits into memory") {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(frame)
}

/// An address is a text and, behind it, the port in four bytes: it can be replaced without changing a length.
fn readdress(frame: &mut [u8], (from, to): (u16, u16)) {
    let spelled = |port: u16| [&b"127.0.0.1"[..], &u32::from(port).to_be_bytes()].concat();
    let (wanted, replacement) = (spelled(from), spelled(to));
    let places: Vec<_> = memchr::memmem::find_iter(frame, &wanted).collect();
    for place in places {
        frame[place..place + wanted.len()].copy_from_slice(&replacement);
    }
}
