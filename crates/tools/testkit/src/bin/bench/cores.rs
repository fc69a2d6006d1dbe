//! The cores of the machine: the first one for the measured program, the others for the load and for
//! databases.

use std::sync::LazyLock;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The first core that this program may use, and the others. Both are the same with one core.
static CORES: LazyLock<[CpuSet; 2]> = LazyLock::new(|| {
    let mut others = sched_getaffinity(None).expect("the cores of this thread");
    let core = (0..CpuSet::MAX_CPU).find(|core| others.is_set(*core));
    let core = core.expect("a core");
    let mut first = CpuSet::new();
    first.set(core);
    if others.count() > 1 {
        others.unset(core);
    }
    [first, others]
});

/// Processes that this thread starts remain on the first core until the value is dropped. The thread
/// then continues on the other cores.
pub struct FirstCore(());

impl FirstCore {
    /// Moves this thread to the first core.
    pub fn take() -> Self {
        sched_setaffinity(None, &CORES[0]).expect("the first core");
        Self(())
    }
}

impl Drop for FirstCore {
    fn drop(&mut self) {
        sched_setaffinity(None, &CORES[1]).expect("the other cores");
    }
}
