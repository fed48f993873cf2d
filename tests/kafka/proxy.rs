//! A proxy before a broker that can keep one answer to itself.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The number of the request that ends a transaction, in Kafka's protocol.
const END_TRANSACTION: i16 = 26;
/// Longer than one attempt to commit.
const HELD: Duration = Duration::from_secs(13);

const PASSING: u8 = 0;
const ARMED: u8 = 1;
const SWALLOWED: u8 = 2;

/// A proxy on loopback; clients are led back to it by the addresses in the broker's answers.
pub struct Proxy {
    port: u16,
    state: Arc<AtomicU8>,
}

impl Proxy {
    /// Listens before this broker.
    pub fn start(broker: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(AtomicU8::new(PASSING));
        let (shared, broker) = (Arc::clone(&state), broker.to_owned());
        let broker_port: u16 = broker.rsplit_once(':').expect("host and port").1.parse().expect("a port");
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&broker).expect("the broker is there");
                pass(client, server, Arc::clone(&shared), (broker_port, port));
            }
        });
        Self { port, state }
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Lets the next request to end a transaction through and keeps its answer.
    pub fn swallow_next_commit(&self) {
        self.state.store(ARMED, Ordering::SeqCst);
    }

    pub fn swallowed(&self) -> bool {
        self.state.load(Ordering::SeqCst) == SWALLOWED
    }
}

fn pass(client: TcpStream, server: TcpStream, state: Arc<AtomicU8>, ports: (u16, u16)) {
    let marked: Arc<Mutex<BTreeSet<[u8; 4]>>> = Arc::default();
    let (mut from_client, mut to_server) =
        (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    let requests = Arc::clone(&marked);
    std::thread::spawn(move || {
        while let Some(frame) = frame(&mut from_client) {
            let key = i16::from_be_bytes([frame[4], frame[5]]);
            if key == END_TRANSACTION
                && state.compare_exchange(ARMED, SWALLOWED, Ordering::SeqCst, Ordering::SeqCst).is_ok()
            {
                requests.lock().expect("no panic").insert([frame[8], frame[9], frame[10], frame[11]]);
            }
            if to_server.write_all(&frame).is_err() {
                break;
            }
        }
        to_server.shutdown(Shutdown::Both).ok();
    });
    let (mut from_server, mut to_client) = (server, client);
    std::thread::spawn(move || {
        while let Some(mut frame) = frame(&mut from_server) {
            if marked.lock().expect("no panic").contains(&frame[4..8]) {
                std::thread::sleep(HELD);
                break;
            }
            readdress(&mut frame, ports);
            if to_client.write_all(&frame).is_err() {
                break;
            }
        }
        to_client.shutdown(Shutdown::Both).ok();
        from_server.shutdown(Shutdown::Both).ok();
    });
}

/// One request or answer: its length in four bytes, and so many bytes.
fn frame(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut frame = vec![0; 4];
    stream.read_exact(&mut frame).ok()?;
    let length = usize::try_from(u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]])).expect("64 bits");
    frame.resize(4 + length, 0);
    stream.read_exact(&mut frame[4..]).ok()?;
    Some(frame)
}

/// Puts the proxy's port in the place of the broker's, wherever the broker gives its address.
fn readdress(frame: &mut [u8], (broker, proxy): (u16, u16)) {
    let needle = [b"127.0.0.1".as_slice(), &u32::from(broker).to_be_bytes()].concat();
    let places: Vec<_> = memchr::memmem::find_iter(frame, &needle).collect();
    for place in places {
        let end = place + needle.len();
        frame[end - 4..end].copy_from_slice(&u32::from(proxy).to_be_bytes());
    }
}
