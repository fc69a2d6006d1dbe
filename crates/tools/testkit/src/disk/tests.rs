use std::path::PathBuf;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::{CrashState, Files, Record, Unsynced};

const FILE: &str = "/d/f";

fn hex(text: &str) -> String {
    let bytes: Vec<_> = text.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    bytes.concat()
}

/// Creates a trace of these calls, one microsecond apart; `FILE` and `DIRECTORY` are replaced by
/// descriptors.
fn record(lines: &[&str], before: &[(&str, &str)]) -> Record {
    let mut trace = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let (thread, call) = line.split_once(' ').unwrap();
        let call = call.replace("FILE", &format!("5<{}>", hex(FILE)));
        let call = call.replace("DIRECTORY", &format!("6<{}>", hex("/d")));
        let call = call.replace(
            "NAME",
            &format!("AT_FDCWD<{}>, \"{}\"", hex("/"), hex(FILE)),
        );
        let call = ["aa", "bb", "cc"].iter().fold(call, |call, word| {
            call.replace(&format!("'{word}'"), &format!("\"{}\"", hex(word)))
        });
        trace.push(format!("{thread}  1795277547.{number:06} {call}\n"));
    }
    let before = before
        .iter()
        .map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()));
    Record::read(&trace.concat(), before.collect::<Files>())
}

fn cut(record: &Record, moment: usize, unsynced: Unsynced) -> (Option<String>, usize) {
    let CrashState { mut files, dropped } =
        record.cut(moment, unsynced, &mut StdRng::seed_from_u64(7));
    let text = files.remove(&PathBuf::from(FILE));
    (text.map(|bytes| String::from_utf8(bytes).unwrap()), dropped)
}

fn lost(record: &Record, moment: usize) -> Option<String> {
    cut(record, moment, Unsynced::Lost).0
}

#[test]
fn writes_before_sync_survive_power_loss() {
    let record = record(
        &[
            "1 pwrite64(FILE, 'aa', 2, 0) = 2",
            "1 fdatasync(FILE) = 0",
            "1 pwrite64(FILE, 'bb', 2, 2) = 2",
            "1 fsync(FILE <unfinished ...>",
            "2 pwrite64(FILE, 'cc', 2, 4) = 2",
            "1 <... fsync resumed>) = 0",
        ],
        &[(FILE, "")],
    );
    let left = |moment| lost(&record, moment).unwrap();
    assert_eq!(left(1), "", "written, and not synced");
    assert_eq!(left(2), "aa");
    assert_eq!(left(3), "aa");
    assert_eq!(left(5), "aa", "the second sync has not ended");
    assert_eq!(left(6), "aabb", "written while the sync ran");
    assert_eq!(cut(&record, 6, Unsynced::Kept), (Some("aabbcc".into()), 0));
    assert_eq!(cut(&record, 6, Unsynced::Lost).1, 1);
    assert_eq!(record.syncs_of(FILE.as_ref()), 2);
    assert_eq!(record.writes_to(FILE.as_ref()), [0, 2, 4]);
}

#[test]
fn unfinished_write_is_not_covered_by_sync() {
    let record = record(
        &[
            "1 pwrite64(FILE, 'aa', 2, 0 <unfinished ...>",
            "2 fdatasync(FILE) = 0",
            "1 <... pwrite64 resumed>) = 2",
            "2 fdatasync(FILE) = 0",
        ],
        &[(FILE, "xx")],
    );
    assert_eq!(lost(&record, 3).unwrap(), "xx");
    assert_eq!(lost(&record, 4).unwrap(), "aa");
}

#[test]
fn failed_sync_covers_no_write_and_short_write_is_short() {
    let record = record(
        &[
            "1 pwrite64(FILE, 'aa', 2, 0) = 1",
            "1 fdatasync(FILE) = -1 EIO (Input/output error)",
            "1 ftruncate(FILE, 3) = 0",
            "1 fdatasync(FILE) = 0",
        ],
        &[(FILE, "xxxx")],
    );
    assert_eq!(lost(&record, 3).unwrap(), "xxxx");
    assert_eq!(lost(&record, 4).unwrap(), "axx");
}

#[test]
fn file_name_survives_after_sync_of_directory() {
    let record = record(
        &[
            "1 openat(NAME, O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5",
            "1 pwrite64(FILE, 'aa', 2, 0) = 2",
            "1 fdatasync(FILE) = 0",
            "1 fsync(DIRECTORY) = 0",
            "1 openat(NAME, O_WRONLY|O_CLOEXEC) = 5",
        ],
        &[],
    );
    assert_eq!(lost(&record, 3), None);
    assert_eq!(lost(&record, 4).unwrap(), "aa");
    assert_eq!(cut(&record, 3, Unsynced::Kept).0.unwrap(), "aa");
    assert_eq!(record.moments(), 5);
}

#[test]
fn torn_write_keeps_whole_sectors() {
    let page = "ab".repeat(2048);
    let line = format!("1 pwrite64(FILE, \"{}\", 4096, 24) = 4096", hex(&page));
    let record = record(&[&line, "1 openat(NAME, O_RDONLY) = 5"], &[(FILE, "")]);
    let (mut parts, mut chance) = (0, StdRng::seed_from_u64(1));
    for _ in 0..50 {
        let left = record.cut(1, Unsynced::Torn, &mut chance);
        let file = &left.files[&PathBuf::from(FILE)];
        // Sectors are relative to the file, not to the write.
        let mut written = 0;
        for (number, sector) in file.chunks(512).enumerate() {
            let sector = &sector[if number == 0 { 24.min(sector.len()) } else { 0 }..];
            assert!(sector.iter().all(|byte| *byte == 0) || !sector.contains(&0));
            written += sector.iter().filter(|byte| **byte != 0).count();
        }
        assert_eq!(left.dropped, usize::from(written < 4096));
        parts += usize::from(written > 0 && written < 4096);
    }
    assert!(parts > 5, "{parts} are there in part");
}

#[test]
#[should_panic(expected = "does not know what rename")]
fn unknown_system_call_is_rejected() {
    record(&["1 rename(NAME) = 0"], &[]);
}
