//! What reading free text allocates: nothing, once the memory that is kept from text to text has grown.

use privet::detect::{DetectScratch, EntityMask, FieldHint, People, RecognizerSet, TaggerUse, TextKind, Witness};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts what the thread asks for; tests run beside each other.
struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends has no counter any more.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

#[allow(unsafe_code, reason = "the trait is unsafe")]
// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller promised.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations for words that push each other out of what the scan remembers, whatever the length of the text.
const LEARNT_MAX: u64 = 16;

#[test]
fn nothing_is_allocated_for_a_token() {
    let paragraph = "Katherine Johnson moved from Lisbon to 12 High Street, Leeds LS1 4DY, and told Mr. O'Brien of \
        Silverbank Ltd that it rains a lot. Please call ada@example.org before 5 March 2024!\nBest regards,\nJ. R. van \
        der Meer\n\n";
    let set = RecognizerSet::builtin();
    // What patterns find is parsed, which may allocate: the tagger's types alone are asked for.
    let mut mask = EntityMask::new();
    for name in ["PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION"] {
        mask.insert(set.entity_index(name).unwrap());
    }
    let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
    let mut allocated = |text: &str| {
        found.clear();
        let before = COUNT.get();
        set.scan(text, TextKind::Prose, &FieldHint::default(), &mask, &mut scratch, &mut found);
        (COUNT.get() - before, found.len())
    };
    let (long, lower) = (paragraph.repeat(500), paragraph.to_lowercase().repeat(500));
    let (growing, findings) = allocated(&long);
    assert!(growing > 0 && findings >= 500 * 5, "{growing} allocations, {findings} findings");
    // What comes again is read another way, which has memory of its own.
    for text in [&lower, &long, &lower, &long] {
        allocated(text);
    }
    for text in [paragraph, &long, &lower] {
        // What the scan knows of words is in a table of fixed size: those that share a place are learnt anew, a few a text.
        let (count, _) = allocated(text);
        assert!(count <= LEARNT_MAX, "{count} allocations");
    }
}

#[test]
fn nothing_is_allocated_for_a_token_beside_what_patterns_found() {
    let paragraph = "Katherine Johnson (katherine@example.org, +44 20 7946 0958) moved to 12 High Street, Leeds LS1 4DY, \
        on 2024-03-05, account DE89370400440532013000. Best regards,\nAda\n\n";
    let set = RecognizerSet::builtin();
    let masks = [TaggerUse::Balanced, TaggerUse::Off].map(|tagger| EntityMask::all(&set).with_tagger(tagger));
    let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
    let mut allocated = |mask: &EntityMask, text: &str| {
        found.clear();
        let before = COUNT.get();
        set.scan(text, TextKind::Prose, &FieldHint::default(), mask, &mut scratch, &mut found);
        (COUNT.get() - before, found.len())
    };
    // What patterns find is parsed, which may allocate, with the tagger as without: what they found is its tokens.
    let text = paragraph.repeat(50);
    let [_, [(with, more), (without, fewer)]] = [(), ()].map(|()| masks.each_ref().map(|mask| allocated(mask, &text)));
    assert!(more >= fewer + 50 * 2, "{more} findings, {fewer} without the tagger");
    assert!(with <= without + LEARNT_MAX, "{with} allocations, {without} without the tagger");
}

#[test]
fn nothing_is_allocated_for_a_known_person() {
    let paragraph = "I told lovelace; see https://example.org/u/ada-lovelace, ADA LOVELACE, 王小明昨天打电话, a word. ";
    let set = RecognizerSet::builtin();
    let (mut people, mut found) = (People::default(), Vec::new());
    let names = [("Ada Lovelace", Witness::Text), ("王小明", Witness::Field), ("Mark Rose", Witness::Text)];
    for (name, witness) in &names {
        people.add(name, *witness, &set);
    }
    let text = paragraph.repeat(500);
    people.find(&text, &FieldHint::default(), &mut found);
    let count = found.len();
    assert_eq!(count, 500 * 4, "{count} findings");
    found.clear();
    let before = COUNT.get();
    people.find(&text, &FieldHint::default(), &mut found);
    // Values that are a name as a whole are asked for in another way.
    let mut whole = Vec::with_capacity(8);
    for value in ["Lovelace, Ada", "Mr Ada Lovelace", "Ada & Mark Rose", "Ada Quux jr."] {
        people.find(value, &FieldHint::default(), &mut whole);
    }
    assert_eq!((whole.len(), COUNT.get() - before), (4, 1), "one is the list's own");
    let before = COUNT.get();
    // A record's persons are forgotten and learnt anew.
    people.clear();
    for (name, witness) in &names {
        people.add(name, *witness, &set);
    }
    assert_eq!((COUNT.get() - before, found.len()), (0, count));
}
