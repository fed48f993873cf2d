//! The ledger against the model broker: whatever fails, none lost, none twice, order kept, no endless repeat, and no end
//! that is not one.

use super::*;
use proptest::prelude::*;

fn logs() -> impl Strategy<Value = Vec<Vec<(i64, Kind)>>> {
    let kind = prop_oneof![
        40 => Just(Kind::Good),
        1 => Just(Kind::TooLarge),
        1 => Just(Kind::Named),
        1 => Just(Kind::Blamed),
        1 => Just(Kind::Silent),
    ];
    let log = prop::collection::vec((1_i64..4, kind), 0..60);
    prop::collection::vec(log, 1..4).prop_map(|logs| {
        let place = |(p, log): (usize, Vec<(i64, Kind)>)| {
            let mut offset = 1000 * i64::try_from(p).expect("few");
            let next = |(gap, kind)| {
                offset += gap;
                (offset, kind)
            };
            log.into_iter().map(next).collect()
        };
        logs.into_iter().enumerate().map(place).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn none_lost_none_twice_order_kept(
        logs in logs(),
        steps in prop::collection::vec((any::<u8>(), any::<u8>(), 1_usize..9), 0..400),
        dice in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let mut world = World::new(logs, dice);
        for partition in world.all() {
            world.assign(partition);
        }
        for (what, which, most) in steps {
            world.step(what, which, most);
        }
        world.settle();
        world.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn who_says_done_at_the_ends_has_reached_them(
        logs in logs(),
        steps in prop::collection::vec((any::<u8>(), any::<u8>(), 1_usize..9), 0..200),
        dice in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let mut world = World::new(logs, dice);
        world.finish = Some(Finish::AtEnds);
        // The others come with a later rebalance, or are another's.
        world.assign(Partition(0));
        for (what, which, most) in steps {
            if world.ended.is_none() {
                world.step(what, which, most);
            }
        }
        world.settle();
        world.check_so_far();
        match world.ended {
            Some(Ended::Drained) => {
                assert!(!world.stays.is_empty(), "done without a partition");
                assert!(world.stays.keys().chain(&world.bereft_of).all(|p| world.is_done(*p)), "done before the end");
            }
            Some(Ended::Bereft) => {
                assert!(world.stays.is_empty() || !world.bereft_of.is_empty(), "bereft of nothing");
            }
            other => panic!("ended as {other:?}"),
        }
    }

    #[test]
    fn a_drain_ends_with_all_committed_that_was_not_thrown_away(
        logs in logs(),
        steps in prop::collection::vec((any::<u8>(), any::<u8>(), 1_usize..9), 0..200),
        dice in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let mut world = World::new(logs, dice);
        for partition in world.all() {
            world.assign(partition);
        }
        for (what, which, most) in steps {
            world.step(what, which, most);
        }
        world.drain();
        world.settle();
        world.check_so_far();
        assert!(matches!(world.ended, Some(Ended::Drained | Ended::Cut)), "ended as {:?}", world.ended);
        if world.ended == Some(Ended::Drained) {
            for (&partition, stay) in &world.stays {
                let thrown_away = world.seeks.iter().any(|seek| seek.partition == partition && seek.epoch == stay.epoch);
                let taken = world.log(partition)[..stay.at].last().map_or(0, |(offset, _)| offset + 1);
                let committed = world.committed[usize::try_from(partition.0).expect("small")];
                assert!(thrown_away || committed >= taken, "drained to {committed}, taken to {taken}");
            }
        }
    }

    #[test]
    fn a_stop_is_never_forgotten(
        logs in logs(),
        steps in prop::collection::vec((any::<u8>(), any::<u8>(), 1_usize..9), 0..100),
        dice in prop::collection::vec(any::<u8>(), 1..200),
        halt_at in 0_usize..100,
    ) {
        let mut world = World::new(logs, dice);
        for partition in world.all() {
            world.assign(partition);
        }
        world.halt_at = Some(halt_at);
        for (what, which, most) in steps {
            if world.ended.is_none() {
                world.step(what, which, most);
            }
        }
        if !world.halted {
            (world.halt_at, world.halted) = (None, true);
            world.tell(Event::Halt(HALT));
        }
        assert_eq!(world.ended, Some(Ended::Stopped));
        world.check_so_far();
    }
}

/// A partition whose every batch is refused, beside one that commits all the time.
#[test]
fn a_busy_partition_does_not_hide_one_that_is_always_refused() {
    let (poison, busy) = (Partition(0), Partition(1));
    let mut trouble = Trouble::default();
    for turn in 0..3 {
        let mut both = Batch::new(Duration::ZERO);
        both.add(poison, Epoch(turn), [7].into_iter(), 1);
        trouble.aborted(&both, Cause::Unknown("odd"));
        let mut alone = Batch::new(Duration::ZERO);
        let offset = i64::try_from(turn).expect("few");
        alone.add(busy, Epoch(0), [offset].into_iter(), 1);
        trouble.committed(&alone);
    }
    assert_eq!(trouble.condemned(poison, 7), Some(Refusal::Refused));
}

#[test]
fn one_silent_record_costs_few_transactions() {
    let log = (0..1000).map(|o| (o, if o == 700 { Kind::Silent } else { Kind::Good })).collect();
    let mut world = World::new(vec![log], vec![0]);
    world.settle();
    world.check();
    assert!(world.transactions < 200, "{} transactions", world.transactions);
}
