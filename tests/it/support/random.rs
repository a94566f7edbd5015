//! Random changes that can be repeated: the same seed makes the same ones.

/// The seed of the suite.
const SEED: u64 = 20_261_130;

/// Returns how many random changes a test makes: `TEST_STEPS`, or the number of the suite.
pub fn steps(default: usize) -> usize {
    usize::try_from(setting("TEST_STEPS", default as u64)).expect("a number of steps")
}

/// Returns the seed of random changes, `TEST_SEED`, and prints it: the output of a test that fails has it.
pub fn seed() -> u64 {
    let seed = setting("TEST_SEED", SEED);
    println!("TEST_SEED={seed}");
    seed
}

/// Returns the value of an environment variable, by which a long run is started by hand. `CONTRIBUTING.md` lists them.
#[expect(clippy::disallowed_methods, reason = "tests have no settings of their own")]
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().expect("a number"))
}

/// Xorshift: the same seed gives the same numbers.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Returns a number below the bound; 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).expect("a small number")).expect("a small number")
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        if items.is_empty() { None } else { Some(items[self.below(items.len())]) }
    }

    /// Returns true once in `bound` times.
    pub fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}
