use std::sync::atomic::AtomicUsize;

use super::*;

/// Number for no usable server.
const NONE: usize = usize::MAX;

#[derive(Clone, Default)]
struct Fake(Arc<FakeState>);

#[derive(Default)]
struct FakeState {
    usable: AtomicUsize,
    looks: Mutex<Vec<usize>>,
    changes: Mutex<Vec<(usize, u64)>>,
    is_closed: AtomicBool,
    /// The next look panics.
    panics: AtomicBool,
}

impl Servers for Fake {
    fn count(&self) -> usize {
        3
    }

    async fn is_usable(&self, host: usize) -> bool {
        let panics = self.0.panics.swap(false, Ordering::SeqCst);
        assert!(!panics, "no thread for the look-up of a name");
        self.0.looks.lock().unwrap().push(host);
        self.0.usable.load(Ordering::SeqCst) == host
    }

    fn connect_to(&self, host: usize, generation: u64) {
        self.0.changes.lock().unwrap().push((host, generation));
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed.load(Ordering::SeqCst)
    }
}

impl Fake {
    fn with(usable: usize) -> Self {
        let fake = Self::default();
        fake.0.usable.store(usable, Ordering::SeqCst);
        fake
    }

    fn looks(&self) -> Vec<usize> {
        self.0.looks.lock().unwrap().clone()
    }

    fn changes(&self) -> Vec<(usize, u64)> {
        self.0.changes.lock().unwrap().clone()
    }
}

fn of(host: usize) -> HostChoice {
    HostChoice::of(["db1", "db2", "db3"].map(str::to_owned).to_vec(), host)
}

fn state(choice: &HostChoice) -> &State {
    choice.0.as_ref().unwrap()
}

fn run(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(test);
}

#[test]
fn single_host_admits_all_and_ignores_reports() {
    let choice = HostChoice::default();
    choice.report(Outage::Lost);
    assert!(choice.admits(Duration::ZERO) && choice.keeps(Duration::MAX));
    assert_eq!(choice.generation(), None);
}

#[test]
fn failed_host_is_replaced_by_next_usable_one() {
    run(async {
        let (choice, servers) = (of(1), Fake::with(2));
        let old = Duration::from_mins(1);
        choice.report(Outage::Lost);
        assert!(choice.admits(old) && !choice.keeps(old));
        assert!(state(&choice).search(&servers).await);
        assert_eq!(servers.looks(), [1, 0, 2]);
        assert_eq!(servers.changes(), [(2, 1)]);
        assert_eq!(choice.generation(), Some(1));
        assert_eq!(choice.present().as_deref(), Some("db3"));
        assert!(!choice.admits(old) && !choice.keeps(old));
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(choice.admits(Duration::ZERO) && choice.keeps(Duration::ZERO));
    });
}

#[test]
fn usable_host_remains_with_its_connections() {
    run(async {
        let (choice, servers) = (of(0), Fake::with(0));
        for outage in [Outage::Lost, Outage::Delayed] {
            choice.report(outage);
            assert!(state(&choice).search(&servers).await);
        }
        assert_eq!(servers.looks(), [0, 0]);
        assert!(servers.changes().is_empty());
        assert!(choice.keeps(Duration::from_mins(1)));
    });
}

#[test]
fn connections_to_former_primary_are_replaced() {
    run(async {
        let (choice, servers) = (of(0), Fake::with(0));
        choice.report(Outage::ReadOnly);
        assert!(state(&choice).search(&servers).await);
        assert!(state(&choice).search(&servers).await);
        assert_eq!(servers.changes(), [(0, 1)]);
        assert!(!choice.admits(Duration::from_mins(1)));
    });
}

#[test]
fn search_that_panics_is_repeated() {
    run(async {
        let (choice, servers) = (of(0), Fake::with(1));
        servers.0.panics.store(true, Ordering::SeqCst);
        let watching = tokio::spawn(choice.clone().watch(servers.clone()));
        choice.report(Outage::Lost);
        while choice.generation() == Some(0) {
            assert!(
                !watching.is_finished(),
                "nothing would search until a restart"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(servers.changes(), [(1, 1)]);
        watching.abort();
    });
}

#[test]
fn many_reports_cause_few_searches_until_server_is_found() {
    run(async {
        let (choice, servers) = (of(0), Fake::with(NONE));
        let watching = tokio::spawn(choice.clone().watch(servers.clone()));
        for _ in 0..1000 {
            choice.report(Outage::Lost);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(servers.looks(), [0, 1, 2]);
        servers.0.usable.store(1, Ordering::SeqCst);
        while choice.generation() == Some(0) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(servers.changes(), [(1, 1)]);
        servers.0.is_closed.store(true, Ordering::SeqCst);
        choice.report(Outage::Delayed);
        watching.await.unwrap();
    });
}
