//! Chromium, driven by `chromedriver`: the pages as users see them, with or without JavaScript.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use url::Url;

use crate::chromium::Profile;

pub use crate::chromium::JavaScript;

/// Maximum time for a page to appear, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Maximum time for chromedriver to start: the first start reads it from disk.
const PATIENCE_AT_START: Duration = Duration::from_mins(3);

/// Pause between two checks.
const PAUSE: Duration = Duration::from_millis(50);

/// The preferred color scheme (CSS `prefers-color-scheme`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColorScheme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

impl ColorScheme {
    /// Returns the CSS keyword.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A browser with a separate profile; closed when dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    javascript: JavaScript,
    // Ends before the profile, which it uses.
    _driver: tokio::process::Child,
    profile: Mutex<Profile>,
}

impl Browser {
    /// Starts chromedriver with a new profile of a headless Chromium.
    pub async fn start(javascript: JavaScript) -> Self {
        let profile = tokio::task::spawn_blocking(move || Profile::open(javascript));
        let profile = profile.await.expect("a profile");
        let (driver, port) = tokio::time::timeout(PATIENCE_AT_START, start_driver())
            .await
            .expect("chromedriver says its port");
        let capabilities = capabilities(profile.address());
        let address = format!("http://127.0.0.1:{port}");
        let start = Instant::now();
        let client = loop {
            match ClientBuilder::native()
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
            {
                Ok(client) => break client,
                Err(error) if start.elapsed() > PATIENCE_AT_START => panic!("Chromium: {error}"),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        };
        Self {
            client,
            javascript,
            _driver: driver,
            profile: Mutex::new(profile),
        }
    }

    /// Opens another tab; `WebDriver` itself would open it in another profile.
    pub fn open_tab(&self) -> WindowHandle {
        let mut profile = self.profile.lock().unwrap_or_else(PoisonError::into_inner);
        let tab = profile.open_tab().expect("a tab");
        WindowHandle::try_from(tab).expect("a handle")
    }

    /// Returns true if pages may run scripts.
    pub fn runs_scripts(&self) -> bool {
        self.javascript == JavaScript::On
    }

    /// Disables or enables scripts for the next pages; the current page is not affected.
    pub async fn set_scripts_enabled(&self, run: bool) {
        let command = "Emulation.setScriptExecutionDisabled";
        self.developer_tools(command, json!({"value": !run})).await;
    }

    /// Opens pages whatever the certificate of their server is.
    pub async fn accept_any_certificate(&self) {
        let command = "Security.setIgnoreCertificateErrors";
        self.developer_tools(command, json!({"ignore": true})).await;
    }

    /// Returns the `WebDriver` session, for other commands.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    pub async fn open(&self, url: impl AsRef<str>) {
        self.client.goto(url.as_ref()).await.expect("navigation");
    }

    /// Reloads the page.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("reload");
    }

    /// Returns the URL in the address bar.
    pub async fn url(&self) -> Url {
        self.client.current_url().await.expect("an address")
    }

    /// Waits until the URL satisfies the condition; panics with page and URL on timeout.
    pub async fn wait_for_url(&self, name: &str, matches: impl Fn(&Url) -> bool) -> Url {
        let start = Instant::now();
        loop {
            let url = self.url().await;
            if matches(&url) {
                return url;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "never came to {name}; at {url}\n{}",
                self.source().await
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits for an element; panics with the page on timeout.
    pub async fn find(&self, selector: &str) -> Element {
        self.patiently(selector, async || {
            self.client.find(Locator::Css(selector)).await
        })
        .await
    }

    /// Retries a command until it succeeds: during a navigation Chromium returns errors that belong
    /// to neither page.
    async fn patiently<T>(&self, name: &str, ask: impl AsyncFn() -> Result<T, CmdError>) -> T {
        let start = Instant::now();
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(error) if start.elapsed() > PATIENCE || !passes(&error) => panic!(
                    "{name}: {error} at {}\n{}",
                    self.url().await,
                    self.source().await
                ),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Returns true if an element exists now.
    pub async fn has(&self, selector: &str) -> bool {
        let found = self.patiently(selector, async || {
            self.client.find_all(Locator::Css(selector)).await
        });
        !found.await.is_empty()
    }

    /// Waits until no element matches.
    pub async fn wait_until_absent(&self, selector: &str) {
        let start = Instant::now();
        while self.has(selector).await {
            assert!(
                start.elapsed() < PATIENCE,
                "{selector} is still at {}\n{}",
                self.url().await,
                self.source().await
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Clears a field and types into it.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.patiently(selector, async || {
            let field = self.client.find(Locator::Css(selector)).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Clicks a button or a link.
    pub async fn click(&self, selector: &str) {
        self.patiently(selector, async || {
            let element = self.client.find(Locator::Css(selector)).await?;
            element.click().await
        })
        .await;
    }

    /// Returns the visible text of the page.
    pub async fn visible_text(&self) -> String {
        self.text("body").await
    }

    /// Returns the visible text of an element.
    pub async fn text(&self, selector: &str) -> String {
        self.patiently(selector, async || {
            let element = self.client.find(Locator::Css(selector)).await?;
            element.text().await
        })
        .await
    }

    /// Returns a property of an element (of the object, not of the markup), if it exists.
    pub async fn property(&self, selector: &str, name: &str) -> Option<String> {
        self.patiently(selector, async || {
            let element = self.client.find(Locator::Css(selector)).await?;
            element.prop(name).await
        })
        .await
    }

    /// Returns the page's markup.
    pub async fn source(&self) -> String {
        self.client.source().await.unwrap_or_default()
    }

    /// Sets the size of the page in CSS pixels, independent of the window.
    pub async fn resize(&self, width: u32, height: u32) {
        self.developer_tools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await;
    }

    /// Sets the preferred color scheme.
    pub async fn prefer(&self, scheme: ColorScheme) {
        self.emulate("prefers-color-scheme", scheme.as_str()).await;
    }

    /// Replaces the colors of pages by a small palette, as a high-contrast theme does.
    pub async fn force_colors(&self) {
        self.emulate("forced-colors", "active").await;
    }

    async fn emulate(&self, feature: &str, value: &str) {
        let features = json!({"features": [{"name": feature, "value": value}]});
        let command = "Emulation.setEmulatedMedia";
        self.developer_tools(command, features).await;
    }

    /// Returns true if the page is wider than the window and scrolls sideways.
    pub async fn overflows(&self) -> bool {
        let script =
            "const page = document.documentElement; return page.scrollWidth > page.clientWidth;";
        self.execute(script).await.as_bool().unwrap_or(true)
    }

    /// Presses keys in the focused element.
    pub async fn press(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("a focus");
        focused.send_keys(keys).await.expect("typing");
    }

    /// Runs a function body in the page and returns its result. Runs it again if the page changed
    /// meanwhile.
    pub async fn execute(&self, script: &str) -> Value {
        self.patiently(script, async || {
            self.client.execute(script, Vec::new()).await
        })
        .await
    }

    /// Returns the error messages of the console since the last call. They include violations of
    /// the content security policy.
    pub async fn console_errors(&self) -> Vec<String> {
        self.log("browser")
            .await
            .into_iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .filter_map(|entry| entry["message"].as_str().map(str::to_owned))
            .collect()
    }

    /// Returns the URL of every request since the last call: documents, subresources, and
    /// redirects.
    pub async fn requests(&self) -> Vec<Url> {
        self.log("performance")
            .await
            .iter()
            .filter_map(|entry| entry["message"].as_str())
            .filter_map(|message| serde_json::from_str::<Value>(message).ok())
            .filter(|event| event["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|event| {
                let url = event["message"]["params"]["request"]["url"].as_str()?;
                Url::parse(url).ok()
            })
            .collect()
    }

    /// Returns the entries of one of Chromium's logs since the last call.
    async fn log(&self, kind: &str) -> Vec<Value> {
        let command = Command {
            path: "se/log",
            body: json!({"type": kind}),
        };
        match self.client.issue_cmd(command).await.expect("a log") {
            Value::Array(entries) => entries,
            other => panic!("not a log: {other}"),
        }
    }

    /// Saves the whole page, including parts outside the window, as a PNG file.
    pub async fn screenshot(&self, file: &Path) {
        let [width, window, page] = self.sizes().await;
        // Chromium shifts the parts outside its window on right-to-left pages.
        self.resize(width, window.max(page)).await;
        let parameters = json!({"format": "png"});
        let answer = self
            .developer_tools("Page.captureScreenshot", parameters)
            .await;
        let picture = answer["data"].as_str().expect("a screenshot");
        let picture = STANDARD.decode(picture).expect("base64");
        std::fs::write(file, picture).expect("writing the screenshot");
        self.resize(width, window).await;
    }

    /// Saves the whole page as `name` in the directory `DOORWARD_SCREENSHOTS`, which `cargo xtask
    /// screenshots` sets. Without it, does nothing: the suite checks pages and keeps no pictures.
    pub async fn picture(&self, name: &str) {
        if let Some(directory) = screenshot_directory() {
            self.screenshot(&directory.join(name)).await;
        }
    }

    /// Returns true if [`Self::picture`] saves pictures.
    #[must_use]
    pub fn takes_pictures() -> bool {
        screenshot_directory().is_some()
    }

    /// Returns width and height of the window, and the height of the page, in CSS pixels.
    async fn sizes(&self) -> [u32; 3] {
        let script = "return [innerWidth, innerHeight, document.documentElement.scrollHeight];";
        let sizes = serde_json::from_value(self.execute(script).await);
        sizes.expect("three numbers")
    }

    /// Runs a command of the `Chrome DevTools` protocol.
    pub(crate) async fn developer_tools(&self, command: &str, parameters: Value) -> Value {
        let command = Command {
            path: "goog/cdp/execute",
            body: json!({"cmd": command, "params": parameters}),
        };
        self.client.issue_cmd(command).await.expect("DevTools")
    }
}

/// Starts chromedriver, and retries if another process took its chosen port before it listened.
async fn start_driver() -> (tokio::process::Child, u16) {
    for _ in 0..3 {
        if let Some(started) = try_start_driver().await {
            return started;
        }
    }
    panic!("chromedriver ended without a port, three times");
}

/// Starts chromedriver on a port that it chooses: a port chosen here could be taken even earlier.
async fn try_start_driver() -> Option<(tokio::process::Child, u16)> {
    let mut driver = tokio::process::Command::new("chromedriver")
        .args(["--port=0", "--log-level=SEVERE"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver (`cargo xtask test` installs it)");
    let output = driver.stdout.take().expect("its output");
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await.expect("a line") {
        let port = line.strip_prefix("ChromeDriver was started successfully on port ");
        if let Some(port) = port.and_then(|rest| rest.trim_end_matches('.').parse().ok()) {
            // The pipe must be read: a process that writes to a full pipe blocks.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some((driver, port));
        }
    }
    None
}

/// Returns true for temporary errors of `WebDriver`: the page is not loaded yet, or was replaced.
fn passes(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else {
        return false;
    };
    matches!(
        error.error,
        ErrorStatus::NoSuchElement
            | ErrorStatus::StaleElementReference
            | ErrorStatus::ElementClickIntercepted
            | ErrorStatus::ElementNotInteractable
            | ErrorStatus::Timeout
            | ErrorStatus::UnknownError
    )
}

/// Returns the directory for screenshots, `DOORWARD_SCREENSHOTS`, if they are wanted.
fn screenshot_directory() -> Option<PathBuf> {
    let directory = PathBuf::from(std::env::var_os("DOORWARD_SCREENSHOTS")?);
    std::fs::create_dir_all(&directory).expect("the screenshot directory");
    Some(directory)
}

/// Returns the capabilities of a session in the Chromium at this address.
fn capabilities(address: &str) -> Capabilities {
    let mut capabilities = Capabilities::new();
    capabilities.insert("browserName".to_owned(), json!("chrome"));
    let options = json!({"debuggerAddress": address});
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    let logs = json!({"browser": "ALL", "performance": "ALL"});
    capabilities.insert("goog:loggingPrefs".to_owned(), logs);
    capabilities
}

/// A command below the session that fantoccini does not support.
#[derive(Debug)]
struct Command {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::POST, Some(self.body.to_string()))
    }
}
