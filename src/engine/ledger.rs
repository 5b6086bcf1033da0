//! What a run uses of each policy, and which policies are asked no more.
//!
//! The answer is the same for any number of threads: of the objects in the order of the input, the first with which a
//! policy has used more than it may is the last that it is asked about. Objects are judged in no order, so one may be
//! asked about too much. [`Ledger::settle`] then says from which place on files are to be judged anew.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use podline_policies::{MOST_STEPS, Meter};

/// What takes less of the steps than this for an object is not counted: a hundred thousand such objects are within them.
const LEAST: u64 = 100_000;

/// A file of the run, by its number, and where an object begins in it.
pub type Place = (usize, u32);

/// What is counted.
struct Counted {
    /// The numbers of the files.
    files: Arc<HashMap<String, usize>>,
    /// The most steps that a policy may use.
    most: u64,
}

/// What the policies use in a run.
#[derive(Default)]
pub struct Ledger {
    /// Without it nothing is counted.
    counted: OnceLock<Counted>,
    accounts: Mutex<HashMap<usize, Account>>,
    /// Whether there are accounts.
    is_used: AtomicBool,
}

/// What one policy uses.
#[derive(Default)]
struct Account {
    all: u64,
    objects: BTreeMap<Place, (u64, String)>,
    /// From here on all was certainly used before.
    beyond: Option<Place>,
    /// The last object that it is asked about.
    last: Option<Place>,
}

/// A policy that is asked no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Its document.
    pub document: usize,
    /// The last object that it was asked about.
    pub object: String,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ledger").field(&self.spent()).finish()
    }
}

impl Ledger {
    /// Counts from now on, for files with these numbers. A policy may use `most` steps.
    pub fn count(&self, files: Arc<HashMap<String, usize>>, most: u64) {
        self.counted.get_or_init(|| Counted { files, most });
    }

    /// The most steps that a policy may use.
    pub fn most(&self) -> u64 {
        self.counted.get().map_or(MOST_STEPS, |counted| counted.most)
    }

    /// The number of a file.
    pub fn number(&self, file: &str) -> Option<usize> {
        self.counted.get()?.files.get(file).copied()
    }

    /// Judges an object that begins there, and counts what policies use on it. `name` tells which object it is.
    pub fn metered<T>(
        &self,
        (file, start): (&str, u32),
        name: impl FnOnce() -> String,
        judge: impl FnOnce(&Meter<'_>) -> T,
    ) -> T {
        let Some(file) = self.number(file) else { return judge(&Meter::default()) };
        let place = (file, start);
        let is_closed = |document| self.is_closed(document, place);
        let meter = Meter::new(&is_closed, self.most());
        let judged = judge(&meter);
        let least = self.most() / LEAST;
        let used: Vec<(usize, u64)> = meter.used().into_iter().filter(|(_, steps)| *steps > least).collect();
        if !used.is_empty() {
            self.pay(place, &name(), &used);
        }
        judged
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<usize, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pay(&self, place: Place, name: &str, used: &[(usize, u64)]) {
        let mut accounts = self.accounts();
        for (document, steps) in used {
            let account = accounts.entry(*document).or_default();
            let before = account.objects.insert(place, (*steps, name.to_owned()));
            account.all = account.all.saturating_sub(before.map_or(0, |(steps, _)| steps)).saturating_add(*steps);
        }
        self.is_used.store(true, Ordering::Relaxed);
    }

    /// Whether it is certain that a policy used all that it may before an object.
    fn is_closed(&self, document: usize, place: Place) -> bool {
        if !self.is_used.load(Ordering::Relaxed) {
            return false;
        }
        self.accounts().get_mut(&document).is_some_and(|account| account.is_closed(place, self.most()))
    }

    /// Closes the policies that have used more than they may on the objects before a place, all of which have been
    /// judged. Tells the last object that one of them may be asked about: what comes after it is to be judged anew.
    pub fn settle(&self, before: Place) -> Option<Place> {
        if !self.is_used.load(Ordering::Relaxed) {
            return None;
        }
        let most = self.most();
        self.accounts().values_mut().filter_map(|account| account.close(before, most)).min()
    }

    /// The policies that are asked no more, in the order of their documents.
    pub fn spent(&self) -> Vec<Spent> {
        let of = |(document, account): (&usize, &Account)| {
            let (_, object) = account.objects.get(&account.last?)?;
            Some(Spent { document: *document, object: object.clone() })
        };
        let mut spent: Vec<Spent> = self.accounts().iter().filter_map(of).collect();
        spent.sort_by_key(|one| one.document);
        spent
    }
}

impl Account {
    fn is_closed(&mut self, place: Place, most: u64) -> bool {
        if let Some(last) = self.last {
            return place > last;
        }
        if self.all <= most {
            return false;
        }
        if self.beyond.is_none_or(|beyond| place < beyond) {
            let before: u64 = self.objects.range(..place).map(|(_, (steps, _))| steps).sum();
            if before <= most {
                return false;
            }
            self.beyond = Some(place);
        }
        true
    }

    /// The last object that it may be asked about, if that is known only now.
    fn close(&mut self, before: Place, most: u64) -> Option<Place> {
        if self.last.is_some() || self.all <= most {
            return None;
        }
        let mut used = 0_u64;
        let last = self.objects.range(..before).find_map(|(place, (steps, _))| {
            used = used.saturating_add(*steps);
            (used > most).then_some(*place)
        })?;
        self.objects.retain(|place, _| *place <= last);
        self.last = Some(last);
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of what a policy may use, and a step.
    const HALF: u64 = MOST_STEPS / 2 + 1;

    /// After all files.
    const END: Place = (usize::MAX, 0);

    fn ledger() -> Ledger {
        let ledger = Ledger::default();
        ledger.count(
            Arc::new(HashMap::from([("a".to_owned(), 0), ("b".to_owned(), 1), ("c".to_owned(), 2)])),
            MOST_STEPS,
        );
        ledger
    }

    fn paid(places: &[Place]) -> Ledger {
        let ledger = ledger();
        for place in places {
            ledger.pay(*place, &format!("{place:?}"), &[(7, HALF)]);
        }
        ledger
    }

    #[test]
    fn the_last_object_is_the_same_in_whatever_order_objects_are_judged() {
        for places in [[(0, 0), (0, 9), (1, 0)], [(1, 0), (0, 9), (0, 0)], [(0, 9), (1, 0), (0, 0)]] {
            let ledger = paid(&places);
            assert_eq!(ledger.settle(END), Some((0, 9)), "{places:?}");
            assert_eq!(ledger.spent(), [Spent { document: 7, object: "(0, 9)".to_owned() }], "{places:?}");
        }
    }

    #[test]
    fn a_policy_is_asked_while_what_comes_before_an_object_may_be_within_its_steps() {
        let ledger = paid(&[(0, 0), (1, 0)]);
        assert!(!ledger.is_closed(7, (0, 9)), "only one object before it is known");
        assert!(ledger.is_closed(7, (1, 1)));
        assert!(ledger.is_closed(7, (2, 0)));
        assert!(!ledger.is_closed(8, (2, 0)), "another policy");
        ledger.pay((0, 9), "between", &[(7, HALF)]);
        assert_eq!(ledger.settle((0, 9)), None, "only one object before it is settled");
        assert_eq!(ledger.settle(END), Some((0, 9)));
        assert!(ledger.is_closed(7, (1, 0)), "judged before it was known");
        assert_eq!(ledger.settle(END), None, "told once");
    }

    #[test]
    fn what_is_judged_anew_is_counted_once() {
        let ledger = paid(&[(0, 0), (0, 0), (0, 0)]);
        assert_eq!(ledger.settle(END), None);
    }

    #[test]
    fn a_file_that_is_no_part_of_the_run_is_not_counted() {
        let ledger = ledger();
        ledger.metered(("other", 0), String::new, |meter| assert!(meter.used().is_empty()));
        assert!(ledger.spent().is_empty());
    }
}
