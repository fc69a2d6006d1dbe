//! The file operations of a program as recorded by `strace`, and the possible states after a power
//! failure.
//!
//! A disk keeps the writes covered by a sync that ended before the failure: those that had ended
//! when the sync began. Of every other write it keeps any sectors, independently. The kernel
//! chooses the order of writing, so the order of the program's calls gives no guarantee.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::RngExt as _;
use rand::rngs::StdRng;

/// Unit that a disk writes atomically, in bytes.
const SECTOR: usize = 512;

/// All calls that change a file or make it durable, as a list for `strace -e trace=`.
pub const CALLS: &str = "openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,\
                         fallocate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,link,linkat";

/// File contents by path.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// An operation on a file or a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Deed {
    /// The creation of a name in a directory.
    Made,
    Wrote {
        at: usize,
        bytes: Vec<u8>,
    },
    Resized(usize),
    Synced,
}

/// A call; its start and its end are line numbers of the trace.
#[derive(Debug)]
struct Call {
    path: PathBuf,
    deed: Deed,
    began: usize,
    ended: Option<usize>,
}

impl Call {
    fn ended_before(&self, line: usize) -> bool {
        self.ended.is_some_and(|ended| ended < line)
    }
}

/// The fate of unsynced writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unsynced {
    Lost,
    Kept,
    /// Some sectors are kept, in any order.
    Torn,
}

/// The state after a power failure.
#[derive(Debug)]
pub struct CrashState {
    /// File contents.
    pub files: Files,
    /// Number of writes that are lost completely or partly.
    pub dropped: usize,
}

/// The recorded operations on some files, in order.
#[derive(Debug)]
pub struct Record {
    before: Files,
    calls: Vec<Call>,
    /// Time of each line of the trace.
    times: Vec<SystemTime>,
}

impl Record {
    /// Parses the output of `strace -f -ttt -y -xx`, starting from files as they were before.
    ///
    /// # Panics
    /// Panics on an unknown call: no operation may be ignored silently.
    pub fn read(trace: &str, before: Files) -> Self {
        let mut record = Self {
            before,
            calls: Vec::new(),
            times: Vec::new(),
        };
        let mut pending = HashMap::new();
        for line in trace.lines() {
            record.read_line(line, &mut pending);
        }
        record.times.shrink_to_fit();
        record
    }

    fn read_line<'a>(&mut self, line: &'a str, pending: &mut HashMap<&'a str, Option<usize>>) {
        let (thread, rest) = line.split_once(' ').expect("a thread");
        let (time, text) = rest.trim_start().split_once(' ').expect("a time");
        if text.starts_with("+++") || text.starts_with("---") {
            return;
        }
        let now = self.times.len();
        self.times.push(read_time(time));
        // `= 0` may be indented further; `?` marks a thread that ended within its call.
        let (said, result) = match text.rsplit_once(" = ") {
            Some((said, result)) => (said.trim_end(), Some(result).filter(|it| *it != "?")),
            None => (text.trim_end_matches(" <unfinished ...>"), None),
        };
        if said.starts_with("<... ") {
            let call = pending.remove(thread).expect("a call that began");
            if let Some(result) = result {
                self.end(call, now, result);
            }
            return;
        }
        let (name, arguments) = said.split_once('(').expect("a call");
        let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
        let arguments = arguments.trim_end_matches(" <unfinished ...>");
        let call = operation_of(name, arguments).map(|(path, deed)| {
            self.calls.push(Call {
                path,
                deed,
                began: now,
                ended: None,
            });
            self.calls.len() - 1
        });
        match result {
            Some(result) => self.end(call, now, result),
            None => {
                pending.insert(thread, call);
            }
        }
    }

    fn end(&mut self, call: Option<usize>, now: usize, result: &str) {
        let Some(call) = call.map(|call| &mut self.calls[call]) else {
            return;
        };
        if result.starts_with('-') {
            // A failed call guarantees nothing.
            call.deed = Deed::Wrote {
                at: 0,
                bytes: Vec::new(),
            };
        } else if let Deed::Wrote { bytes, .. } = &mut call.deed {
            let count = result
                .split([' ', '<'])
                .next()
                .and_then(|it| it.parse().ok());
            bytes.truncate(count.expect("how much was written"));
        }
        call.ended = Some(now);
    }

    /// Returns the number of moments for a power failure: before the first one nothing has
    /// happened.
    pub fn moments(&self) -> usize {
        self.times.len()
    }

    /// Returns the time of a moment. All responses before it depend only on calls before it.
    pub fn time(&self, moment: usize) -> SystemTime {
        self.times[moment]
    }

    /// Returns the first moment after a time.
    pub fn first_after(&self, time: SystemTime) -> usize {
        self.times.partition_point(|item| *item <= time)
    }

    /// Returns the number of finished syncs of this file.
    pub fn syncs_of(&self, path: &Path) -> usize {
        self.calls_on(path, |deed| *deed == Deed::Synced).count()
    }

    /// Returns the moments at which data were written to this file.
    pub fn writes_to(&self, path: &Path) -> Vec<usize> {
        let wrote = |deed: &Deed| matches!(deed, Deed::Wrote { bytes, .. } if !bytes.is_empty());
        self.calls_on(path, wrote)
            .filter_map(|call| call.ended)
            .collect()
    }

    fn calls_on(&self, path: &Path, is: impl Fn(&Deed) -> bool) -> impl Iterator<Item = &Call> {
        let done = self.calls.iter().filter(|call| call.ended.is_some());
        done.filter(move |call| call.path == path && is(&call.deed))
    }

    /// Returns the state after a power failure before that moment.
    pub fn cut(&self, moment: usize, unsynced: Unsynced, chance: &mut StdRng) -> CrashState {
        let mut files = self.before.clone();
        let mut dropped = 0;
        let synced = self.synced_until(moment);
        let covered = |path: &Path, call: &Call| {
            let until = synced.get(path);
            until.is_some_and(|until| call.ended_before(*until))
        };
        for call in self.calls.iter().take_while(|call| call.began < moment) {
            match &call.deed {
                Deed::Synced => {}
                Deed::Made => {
                    // A name is in its directory once the directory was synced.
                    let directory = call.path.parent().expect("a directory");
                    let kept = covered(directory, call) || survives(unsynced, chance);
                    if !files.contains_key(&call.path) {
                        if kept {
                            files.insert(call.path.clone(), Vec::new());
                        } else {
                            dropped += 1;
                        }
                    }
                }
                Deed::Resized(length) => {
                    let kept = covered(&call.path, call) || survives(unsynced, chance);
                    if let Some(file) = files.get_mut(&call.path).filter(|_| kept) {
                        file.resize(*length, 0);
                    }
                }
                Deed::Wrote { at, bytes } => {
                    let Some(file) = files.get_mut(&call.path) else {
                        dropped += 1;
                        continue;
                    };
                    if covered(&call.path, call) || unsynced == Unsynced::Kept {
                        put(file, *at, bytes);
                    } else if unsynced == Unsynced::Lost || !tear(file, *at, bytes, chance) {
                        dropped += 1;
                    }
                }
            }
        }
        CrashState { files, dropped }
    }

    /// Returns, for each file, the start of the last sync that had ended before that moment.
    fn synced_until(&self, moment: usize) -> HashMap<&Path, usize> {
        let mut synced = HashMap::new();
        for call in &self.calls {
            if call.deed == Deed::Synced && call.ended_before(moment) {
                // In the order of their starts.
                synced.insert(call.path.as_path(), call.began);
            }
        }
        synced
    }
}

fn survives(unsynced: Unsynced, chance: &mut StdRng) -> bool {
    match unsynced {
        Unsynced::Lost => false,
        Unsynced::Kept => true,
        Unsynced::Torn => chance.random_bool(0.5),
    }
}

fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if file.len() < at + bytes.len() {
        file.resize(at + bytes.len(), 0);
    }
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Writes some sectors of a write into the file. Returns true if all were written.
fn tear(file: &mut Vec<u8>, at: usize, bytes: &[u8], chance: &mut StdRng) -> bool {
    let (mut from, mut whole) = (0, true);
    // Half of the writes are kept or lost as a whole, so that complete pages occur next to missing
    // ones.
    let fate = chance.random_bool(0.5).then(|| chance.random_bool(0.5));
    while from < bytes.len() {
        let to = (from + SECTOR - (at + from) % SECTOR).min(bytes.len());
        if fate.unwrap_or_else(|| chance.random_bool(0.5)) {
            put(file, at + from, &bytes[from..to]);
        } else {
            whole = false;
        }
        from = to;
    }
    whole
}

/// Parses seconds and microseconds since 1970.
fn read_time(text: &str) -> SystemTime {
    let (seconds, micros) = text.split_once('.').expect("a time with a fraction");
    let [seconds, micros] = [seconds, micros].map(|part| part.parse().expect("a number"));
    UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// Returns the operation of a call from its arguments; `None` if it changes nothing.
fn operation_of(name: &str, arguments: &str) -> Option<(PathBuf, Deed)> {
    let names: Vec<&str> = arguments.split(", ").collect();
    let number = |index: usize| -> usize {
        let word: Option<&&str> = names.get(index);
        let number = word.and_then(|word| word.parse().ok());
        number.unwrap_or_else(|| panic!("{name}: no number in {names:?}"))
    };
    match name {
        "fsync" | "fdatasync" => Some((path_of(names[0]), Deed::Synced)),
        "pwrite64" => {
            assert!(!names[1].ends_with("..."), "strace cuts what is written");
            let bytes = unescape(names[1].trim_matches('"'));
            let at = number(3);
            Some((path_of(names[0]), Deed::Wrote { at, bytes }))
        }
        "ftruncate" => Some((path_of(names[0]), Deed::Resized(number(1)))),
        "openat" => {
            assert!(!names[2].contains("O_TRUNC"), "emptied: {arguments}");
            let makes = names[2].split('|').any(|flag| flag == "O_CREAT");
            let path = || PathBuf::from(text_of(names[1].trim_matches('"')));
            makes.then(|| (path(), Deed::Made))
        }
        _ => panic!("the trial does not know what {name}({arguments}) does"),
    }
}

/// Returns the path of a descriptor: `5<\x2f\x74…>`.
fn path_of(descriptor: &str) -> PathBuf {
    let path = descriptor.split_once('<').map(|(_, path)| path);
    let path = path.and_then(|path| path.strip_suffix('>'));
    text_of(path.expect("the path of a descriptor")).into()
}

fn text_of(escaped: &str) -> String {
    String::from_utf8(unescape(escaped)).expect("a UTF-8 path")
}

/// Decodes `\x2f\x74`, the format of every string of `strace -xx`.
fn unescape(escaped: &str) -> Vec<u8> {
    let digits = escaped.split("\\x").skip(1);
    let byte = |digits: &str| u8::from_str_radix(digits, 16);
    let bytes: Result<_, _> = digits.map(byte).collect();
    bytes.unwrap_or_else(|error| panic!("{error} in {escaped}"))
}

#[cfg(test)]
mod tests;
