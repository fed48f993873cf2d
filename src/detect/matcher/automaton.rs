//! The program made deterministic where texts lead: one step a byte for all patterns that may begin at one place.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use super::program::{End, Program, index, number};
use super::trail::{Met, STRIDE, Trails};
use super::{set_bit, set_bytes};

/// Bytes of a worker's cache; beyond, it is begun anew.
const CACHE_MAX: usize = 12 << 20;
/// States of a cache: their numbers stay below [`MATCH`].
const STATES_MAX: usize = MATCH as usize;

/// No state yet: what a byte leads to has to be found out.
const UNKNOWN: u16 = 0;
/// The state of no match under way.
const DEAD: u16 = 1;
/// Flag of a state in which a match ends.
const MATCH: u16 = 0x8000;
/// The first state that is one.
const FIRST: usize = 2;

/// Which start: a list of patterns that begin together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StartId(pub(super) usize);

/// A program and what is known of it for ever.
#[derive(Debug)]
pub(super) struct Automaton {
    pub(super) program: Program,
    classes: Box<[u8; 256]>,
    /// By class: one byte of it.
    samples: Vec<u8>,
    /// A state's row of next states has this power of two of them.
    shift: u32,
    /// By start: its places.
    starts: Vec<Vec<u32>>,
    /// By pattern: how many bytes a match may have.
    lengths: Vec<usize>,
    /// The different ones, rising.
    limits: Vec<usize>,
    /// Words of a row of patterns.
    words: usize,
}

/// The states that one worker's texts have led to, and their steps. Bounded by [`CACHE_MAX`].
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// A row for each state: by class, the next state.
    next: Vec<u16>,
    /// The places of all states.
    sets: Vec<u32>,
    /// By state: the end of its places.
    ends: Vec<u32>,
    /// By state: its row in `rows`, where matches end in it.
    row: Vec<u32>,
    /// Rows of patterns.
    rows: Vec<u64>,
    /// States by the hash of their places.
    table: Vec<u16>,
    /// By start: its state.
    starts: Vec<u16>,
    /// By place: the last round in which it was seen.
    seen: Vec<u32>,
    round: u32,
    building: Vec<u32>,
    room: Room,
    /// Bytes walked, ever.
    pub(super) steps: u64,
    /// How often it was begun anew.
    pub(super) clears: u64,
}

/// Whether a cache can take more states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Room {
    Left,
    /// It is full, or new and without its first states.
    #[default]
    Full,
}

/// Where a match may end: how many bytes were read, and the row of the patterns whose match that is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    pub(super) len: usize,
    pub(super) row: u32,
}

/// What a walk meets.
struct Endings<F> {
    ending: F,
    /// What was met since the last mark.
    met: Met,
}

impl<F: FnMut(Ending, &[u64]) -> Met> Endings<F> {
    fn meet(&mut self, ending: Ending, row: &[u64]) {
        self.met = self.met.and((self.ending)(ending, row));
    }

    fn take(&mut self) -> Met {
        std::mem::replace(&mut self.met, Met::Nothing)
    }
}

impl Automaton {
    /// Takes a program with the longest match of each pattern; `starts` names the patterns of each start.
    pub(super) fn new(program: Program, lengths: Vec<usize>, starts: &[Vec<usize>]) -> Self {
        let classes = program.classes();
        let count = classes.last().map_or(1, |last| usize::from(*last) + 1);
        let mut samples = vec![0; count];
        for (class, byte) in classes.iter().zip(0..=u8::MAX) {
            if let Some(sample) = samples.get_mut(usize::from(*class)) {
                *sample = byte;
            }
        }
        let shift = count.next_power_of_two().trailing_zeros();
        let places = |patterns: &Vec<usize>| {
            let mut places: Vec<u32> = patterns.iter().flat_map(|at| program.start(*at)).copied().collect();
            places.sort_unstable();
            places
        };
        let starts = starts.iter().map(places).collect();
        let mut limits = lengths.clone();
        limits.sort_unstable();
        limits.dedup();
        let words = super::prefix::words(lengths.len());
        Self { program, classes, samples, shift, starts, lengths, limits, words }
    }

    /// Words of a row of patterns.
    pub(super) const fn words(&self) -> usize {
        self.words
    }

    /// Adds the bytes, as bits, that a match may begin with at a start.
    pub(super) fn begins(&self, start: StartId, begins: &mut [u64; 4]) {
        let places = self.starts.get(start.0).map_or(&[][..], Vec::as_slice);
        places.iter().for_each(|place| self.program.bytes(*place, |low, high| set_bytes(begins, low, high)));
    }

    /// Calls `ending` with each place where a match may end that begins at `at`, from left to right; it tells what
    /// counts. Where nothing did on an earlier walk that came the same way, none is looked for.
    ///
    /// An ending's row can be read until the next walk. Gives how many bytes decided where it went.
    #[inline]
    pub(super) fn walk(
        &self,
        start: StartId,
        (text, at): (&[u8], usize),
        cache: &mut Cache,
        trails: &mut Trails,
        ending: impl FnMut(Ending, &[u64]) -> Met,
    ) -> usize {
        let bytes = text.get(at..).unwrap_or_default();
        if cache.room == Room::Full {
            self.clear(cache);
            cache.rows.clear();
        }
        let mut state = match cache.starts.get(start.0) {
            Some(&known @ 1..) => known,
            _ => self.start(start, cache),
        };
        let mut endings = Endings { ending, met: Met::Nothing };
        let mut walked = 0;
        // Marks stand at multiples of the stride; the first at least one stride away.
        let mut mark = (at / STRIDE + 2) * STRIDE - at;
        for &limit in &self.limits {
            if walked > limit {
                continue;
            }
            let stop = limit.min(bytes.len());
            while walked < stop && state != DEAD {
                let end = mark.min(stop);
                let piece = bytes.get(walked..end).unwrap_or_default();
                state = self.run(state, piece, walked, cache, &mut endings);
                walked = end;
                if walked == mark && state != DEAD {
                    trails.met(start, endings.take(), cache.clears);
                    let (to, known) = trails.mark((start, at), at + walked, state);
                    (walked, state) = (to - at, known);
                    mark = walked + STRIDE;
                }
            }
            if state == DEAD || walked >= bytes.len() {
                break;
            }
            // Who has come further along a trail has no pattern left that ends here.
            if walked == limit {
                let longer = self.longer(state, limit, cache);
                if longer != state {
                    trails.met(start, endings.take().and(Met::Ending), cache.clears);
                }
                state = longer;
            }
        }
        if walked > STRIDE {
            trails.met(start, endings.take().and(Met::Ending), cache.clears);
        }
        walked
    }

    /// Walks through `bytes`, which begin `before` bytes behind the start.
    #[inline]
    fn run(
        &self,
        mut state: u16,
        bytes: &[u8],
        before: usize,
        cache: &mut Cache,
        endings: &mut Endings<impl FnMut(Ending, &[u64]) -> Met>,
    ) -> u16 {
        for (at, &byte) in bytes.iter().enumerate() {
            let class = self.classes.get(usize::from(byte)).copied().unwrap_or_default();
            let place = self.place(state, class);
            let mut next = cache.next.get(place).copied().unwrap_or(UNKNOWN);
            // One comparison for all that is rare: unknown, dead, and states in which a match ends.
            if !(2..MATCH).contains(&next) {
                if next == UNKNOWN {
                    next = self.step(state, class, cache);
                }
                if next == DEAD {
                    cache.steps += at as u64 + 1;
                    return DEAD;
                }
                if next & MATCH != 0 {
                    let row = cache.row_of(next);
                    endings.meet(Ending { len: before + at + 1, row }, cache.row_at(row, self.words));
                }
            }
            state = next;
        }
        cache.steps += bytes.len() as u64;
        state
    }

    /// Finds out what a state leads to by the bytes of a class.
    #[cold]
    fn step(&self, state: u16, class: u8, cache: &mut Cache) -> u16 {
        let from = cache.set(state);
        cache.begin_set(self.program.len());
        let Cache { sets, seen, round, building, .. } = cache;
        let byte = self.samples.get(usize::from(class)).copied().unwrap_or_default();
        for &place in sets.get(from).unwrap_or_default() {
            self.program.follow(place, byte, |next| {
                if let Some(seen) = seen.get_mut(index(next)).filter(|seen| **seen != *round) {
                    *seen = *round;
                    building.push(next);
                }
            });
        }
        let clears = cache.clears;
        let next = self.keep(cache);
        let place = self.place(state, class);
        if let Some(slot) = cache.next.get_mut(place).filter(|_| clears == cache.clears) {
            *slot = next;
        }
        next
    }

    /// Where a state's next one by a class stands.
    const fn place(&self, state: u16, class: u8) -> usize {
        ((state & !MATCH) as usize) << self.shift | class as usize
    }

    /// Gives the state without the patterns whose matches may have no more than `limit` bytes.
    #[cold]
    fn longer(&self, state: u16, limit: usize, cache: &mut Cache) -> u16 {
        let from = cache.set(state);
        cache.begin_set(self.program.len());
        let Cache { sets, building, .. } = cache;
        building.extend(sets.get(from).unwrap_or_default().iter().copied().filter(|place| {
            let pattern = self.program.place(*place).map_or(0, |place| index(place.pattern));
            self.lengths.get(pattern).is_some_and(|length| *length > limit)
        }));
        self.keep(cache)
    }

    #[cold]
    fn start(&self, start: StartId, cache: &mut Cache) -> u16 {
        cache.begin_set(self.program.len());
        cache.building.extend_from_slice(self.starts.get(start.0).map_or(&[], Vec::as_slice));
        let state = self.keep(cache);
        if let Some(slot) = cache.starts.get_mut(start.0) {
            *slot = state;
        }
        state
    }

    /// Gives the state of the places that were collected, a new one where there is none.
    fn keep(&self, cache: &mut Cache) -> u16 {
        cache.building.sort_unstable();
        if cache.building.is_empty() {
            return DEAD;
        }
        if cache.room == Room::Full {
            self.clear(cache);
        }
        let mut hasher = FxHasher::default();
        cache.building.iter().for_each(|place| hasher.write_u32(*place));
        #[expect(clippy::cast_possible_truncation, reason = "only its lower bits choose the place")]
        let hash = hasher.finish() as usize;
        let mask = cache.table.len().saturating_sub(1);
        for by in 0..=mask {
            let at = hash.wrapping_add(by) & mask;
            let Some(&known) = cache.table.get(at) else { break };
            if known == UNKNOWN {
                let made = self.make(cache);
                if let Some(slot) = cache.table.get_mut(at) {
                    *slot = made;
                }
                return made;
            }
            if cache.sets.get(cache.set(known)) == Some(cache.building.as_slice()) {
                return known;
            }
        }
        DEAD
    }

    fn make(&self, cache: &mut Cache) -> u16 {
        let ends = |place: &&u32| self.program.place(**place).is_some_and(|place| place.end == End::Match);
        let id = cache.ends.len();
        let mut row = u32::MAX;
        if cache.building.iter().any(|place| ends(&place)) {
            row = number(cache.rows.len());
            cache.rows.resize(cache.rows.len() + self.words, 0);
            for place in cache.building.iter().filter(ends) {
                let pattern = self.program.place(*place).map_or(0, |place| index(place.pattern));
                set_bit(cache.rows.get_mut(index(row)..).unwrap_or_default(), pattern);
            }
        }
        cache.sets.extend_from_slice(&cache.building);
        cache.ends.push(number(cache.sets.len()));
        cache.row.push(row);
        cache.next.resize(cache.ends.len() << self.shift, UNKNOWN);
        if cache.ends.len() >= STATES_MAX || cache.memory() > CACHE_MAX {
            cache.room = Room::Full;
        }
        debug_assert!(id < STATES_MAX, "a full cache is begun anew before");
        let id = u16::try_from(id).unwrap_or(DEAD);
        if row == u32::MAX { id } else { id | MATCH }
    }

    /// Forgets all states; rows stay, for the endings of the walk at hand.
    #[cold]
    fn clear(&self, cache: &mut Cache) {
        let used = !cache.ends.is_empty();
        cache.room = Room::Left;
        cache.next.clear();
        cache.next.resize(FIRST << self.shift, UNKNOWN);
        cache.sets.clear();
        cache.ends.clear();
        cache.ends.resize(FIRST, 0);
        cache.row.clear();
        cache.row.resize(FIRST, u32::MAX);
        cache.table.clear();
        cache.table.resize(2 * usize::from(MATCH), UNKNOWN);
        cache.starts.clear();
        cache.starts.resize(self.starts.len(), UNKNOWN);
        cache.clears += u64::from(used);
    }
}

impl Cache {
    /// Bytes in use.
    pub(super) fn memory(&self) -> usize {
        let halves = self.next.len() + self.table.len() + self.starts.len();
        let words = self.sets.len() + self.ends.len() + self.row.len() + self.seen.len() + 2 * self.rows.len();
        2 * halves + 4 * words
    }

    /// Gives the patterns of an ending.
    pub(super) fn patterns(&self, ending: Ending, words: usize) -> &[u64] {
        self.row_at(ending.row, words)
    }

    fn row_of(&self, state: u16) -> u32 {
        self.row.get(usize::from(state & !MATCH)).copied().unwrap_or(u32::MAX)
    }

    fn row_at(&self, row: u32, words: usize) -> &[u64] {
        self.rows.get(index(row)..index(row).saturating_add(words)).unwrap_or_default()
    }

    /// Where a state's places stand.
    fn set(&self, state: u16) -> std::ops::Range<usize> {
        let at = usize::from(state & !MATCH);
        let end = |at: usize| self.ends.get(at).map_or(0, |end| index(*end));
        end(at.saturating_sub(1))..end(at)
    }

    fn begin_set(&mut self, places: usize) {
        self.building.clear();
        self.round = self.round.wrapping_add(1);
        if self.seen.len() != places || self.round == 0 {
            self.seen.clear();
            self.seen.resize(places, 0);
            self.round = 1;
        }
    }
}
