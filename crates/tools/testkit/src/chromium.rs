//! The Chromium processes that the tests of a binary share, because starting one takes longer than most
//! tests. Each test has a new browser context in one of them, with its own cookies, storage, cache and
//! permissions; what `DevTools` sets for a tab ends with the tab.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The JavaScript setting of a browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JavaScript {
    /// Enabled, as usual.
    On,
    /// Disabled for all pages; `WebDriver` goes on.
    Off,
}

/// Maximum time for an answer: the first start reads Chromium from disk.
const PATIENCE: Duration = Duration::from_mins(3);

/// Pause between two checks.
const PAUSE: Duration = Duration::from_millis(20);

/// Maximum number of processes without a test: one for each test thread on two cores.
const MAX_IDLE: usize = 4;

/// The processes without a test; the oldest is first.
static IDLE: Mutex<Vec<Chromium>> = Mutex::new(Vec::new());

/// Runs Chromium with the pipe of `DevTools`, at whose end it exits, and then removes its directory, also if a
/// signal ends the tests: no test runs after the last one that could do either.
const SCRIPT: &str = r#"trap : INT TERM
directory=$1
shift
chromium-headless-shell --user-data-dir="$directory" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1
rm -rf "$directory""#;

/// The browser without its window: the engine alone takes half the processor time.
const ARGUMENTS: [&str; 18] = [
    "--remote-debugging-pipe",
    // For chromedriver, which does not share a pipe.
    "--remote-debugging-port=0",
    // No page of a test is from an attacker.
    "--renderer-process-limit=1",
    // Tests may run as root, where the sandbox does not work.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-hang-monitor",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--lang=en-US",
    "--password-store=basic",
    "--test-type",
];

/// A Chromium; ends when dropped, or with this process.
#[derive(Debug)]
struct Chromium {
    javascript: JavaScript,
    /// Address of its `DevTools` for chromedriver: `127.0.0.1:port`.
    address: String,
    pipe: Pipe,
}

impl Chromium {
    fn start(javascript: JavaScript) -> Self {
        let directory = TempDir::new().expect("a temporary directory").keep();
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(&directory)
            .args(ARGUMENTS)
            .args((javascript == JavaScript::Off).then_some("--blink-settings=scriptEnabled=false"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let mut pipe = Pipe::new(shell);
        pipe.call("Browser.getVersion", &json!({}))
            .expect("Chromium (`cargo xtask test` installs it)");
        Self {
            javascript,
            address: format!("127.0.0.1:{}", port(&directory)),
            pipe,
        }
    }
}

/// Returns the port that Chromium has chosen.
fn port(directory: &Path) -> u16 {
    let file = directory.join("DevToolsActivePort");
    let start = Instant::now();
    loop {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Some((port, _)) = text.split_once('\n') {
            return port.parse().expect("a port");
        }
        assert!(start.elapsed() < PATIENCE, "Chromium says no port");
        std::thread::sleep(PAUSE);
    }
}

/// `DevTools` over a pipe: messages of JSON, each with a NUL at its end.
#[derive(Debug)]
struct Pipe {
    commands: ChildStdin,
    answers: Receiver<Value>,
    sent: u64,
}

impl Pipe {
    fn new(mut shell: Child) -> Self {
        let commands = shell.stdin.take().expect("its input");
        let output = shell.stdout.take().expect("its output");
        let (sender, answers) = mpsc::channel();
        std::thread::spawn(move || {
            let messages = BufReader::new(output).split(0).map_while(Result::ok);
            for message in messages.map_while(|message| serde_json::from_slice(&message).ok()) {
                // No caller waits for the answer if Chromium is ending.
                let _ = sender.send(message);
            }
            drop(sender);
            let _ = shell.wait();
        });
        Self {
            commands,
            answers,
            sent: 0,
        }
    }

    /// Returns the result of a command, or `None` if it fails or Chromium has crashed or hangs.
    fn call(&mut self, method: &str, parameters: &Value) -> Option<Value> {
        self.sent += 1;
        let command = json!({"id": self.sent, "method": method, "params": parameters});
        let command = format!("{command}\0");
        self.commands.write_all(command.as_bytes()).ok()?;
        loop {
            let mut answer = self.answers.recv_timeout(PATIENCE).ok()?;
            // Others are events.
            if answer["id"] == self.sent {
                return answer.get_mut("result").map(Value::take);
            }
        }
    }
}

/// A new browser context with one tab; deleted when dropped. The process serves only this one meanwhile.
#[derive(Debug)]
pub(crate) struct Profile {
    chromium: Option<Chromium>,
    context: String,
}

impl Profile {
    /// Creates a context in an idle process, or in a new one if there is none or it has crashed.
    pub(crate) fn open(javascript: JavaScript) -> Self {
        while let Some(chromium) = take_idle(javascript) {
            if let Some(profile) = Self::create(chromium) {
                return profile;
            }
        }
        Self::create(Chromium::start(javascript)).expect("a browser context")
    }

    fn create(mut chromium: Chromium) -> Option<Self> {
        let created = chromium
            .pipe
            .call("Target.createBrowserContext", &json!({}))?;
        let mut profile = Self {
            context: created["browserContextId"].as_str()?.to_owned(),
            chromium: Some(chromium),
        };
        profile.open_tab().map(|_| profile)
    }

    /// Returns the address of `DevTools` for chromedriver.
    pub(crate) fn address(&self) -> &str {
        let chromium = self.chromium.as_ref().expect("a process");
        &chromium.address
    }

    /// Opens a tab and returns its ID.
    pub(crate) fn open_tab(&mut self) -> Option<String> {
        let parameters = json!({"url": "about:blank", "browserContextId": self.context});
        let pipe = &mut self.chromium.as_mut()?.pipe;
        let created = pipe.call("Target.createTarget", &parameters)?;
        created["targetId"].as_str().map(str::to_owned)
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let Some(mut chromium) = self.chromium.take() else {
            return;
        };
        let context = json!({"browserContextId": self.context});
        let deleted = chromium.pipe.call("Target.disposeBrowserContext", &context);
        // The cause of a failed test may be the process.
        if deleted.is_none() || std::thread::panicking() {
            return;
        }
        let mut idle = idle();
        idle.push(chromium);
        if idle.len() > MAX_IDLE {
            idle.remove(0);
        }
    }
}

fn idle() -> MutexGuard<'static, Vec<Chromium>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take_idle(javascript: JavaScript) -> Option<Chromium> {
    let mut idle = idle();
    let same = |chromium: &Chromium| chromium.javascript == javascript;
    let position = idle.iter().rposition(same)?;
    Some(idle.remove(position))
}

#[cfg(test)]
mod tests;
