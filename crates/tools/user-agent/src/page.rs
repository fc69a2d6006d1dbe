//! Responses of a server, and their forms, parsed by a real HTML parser.

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// A complete HTTP response.
#[derive(Clone, Debug)]
pub struct Page {
    /// Requested URL.
    pub url: Url,
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Page {
    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no complete response.
    pub async fn fetch(request: RequestBuilder) -> Result<Self, reqwest::Error> {
        let response = request.send().await?;
        Ok(Self {
            url: response.url().clone(),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await?.to_vec(),
        })
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON; panics with the whole response if it is not JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.dump()))
    }

    /// Returns a string member of the JSON body, if it exists.
    pub fn member(&self, name: &str) -> Option<String> {
        self.json()[name].as_str().map(str::to_owned)
    }

    /// Returns a header field as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the media type without parameters in lower case; empty if there is none.
    pub fn media_type(&self) -> String {
        self.header("content-type")
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Returns the redirect target, resolved against the request.
    pub fn location(&self) -> Option<Url> {
        self.url.join(self.header("location")?).ok()
    }

    /// Returns true for a redirect that a user agent follows.
    pub const fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }

    /// Returns true if an element matches the CSS selector.
    pub fn has(&self, selector: &str) -> bool {
        let document = Html::parse_document(&self.text());
        document.select(&parse(selector)).next().is_some()
    }

    /// Returns the text of the first matching element, with white space collapsed.
    pub fn text_of(&self, selector: &str) -> Option<String> {
        let document = Html::parse_document(&self.text());
        let element = document.select(&parse(selector)).next()?;
        let names: Vec<_> = element.text().flat_map(str::split_whitespace).collect();
        Some(names.join(" "))
    }

    /// Returns the text of every matching element, with white space collapsed.
    pub fn texts_of(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.text());
        let names = |element: ElementRef<'_>| {
            let names: Vec<_> = element.text().flat_map(str::split_whitespace).collect();
            names.join(" ")
        };
        document.select(&parse(selector)).map(names).collect()
    }

    /// Returns an attribute of every matching element that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let document = Html::parse_document(&self.text());
        let value = |element: ElementRef<'_>| element.value().attr(name).map(str::to_owned);
        document
            .select(&parse(selector))
            .filter_map(value)
            .collect()
    }

    /// Returns the target of the first matching link.
    pub fn link_of(&self, selector: &str) -> Option<Url> {
        let document = Html::parse_document(&self.text());
        let element = document.select(&parse(selector)).next()?;
        self.url.join(element.value().attr("href")?).ok()
    }

    /// Returns the first form that matches a CSS selector, such as `form:has([name=password])`.
    pub fn find_form(&self, selector: &str) -> Option<Form> {
        let document = Html::parse_document(&self.text());
        let element = document.select(&parse(selector)).next()?;
        Some(Form::read(element, &self.url))
    }

    /// Returns a form like [`Page::find_form`]; panics with the whole response if there is none.
    pub fn form(&self, selector: &str) -> Form {
        self.find_form(selector)
            .unwrap_or_else(|| panic!("no {selector}: {}", self.dump()))
    }

    /// Returns the form of the first button that matches a CSS selector, with that button's name
    /// and value, and with the button's own URL if it has one (`formaction`).
    pub fn press(&self, selector: &str) -> Form {
        let document = Html::parse_document(&self.text());
        let button = document.select(&parse(selector)).next();
        let button = button.unwrap_or_else(|| panic!("no {selector}: {}", self.dump()));
        let attribute = |name| button.value().attr(name);
        let owner = match attribute("form") {
            Some(id) => document.select(&parse(&format!("form#{id}"))).next(),
            None => button
                .ancestors()
                .filter_map(ElementRef::wrap)
                .find(|element| element.value().name() == "form"),
        };
        let mut form = Form::read(owner.expect("a button's form"), &self.url);
        if let Some(name) = attribute("name") {
            form = form.with(name, attribute("value").unwrap_or_default());
        }
        if let Some(action) = attribute("formaction") {
            form.action = self.url.join(action).expect("an address");
        }
        form
    }

    /// Returns the whole response, for the message of a failed test.
    pub fn dump(&self) -> String {
        format!(
            "{} {}\n{:?}\n{}",
            self.status,
            self.url,
            self.headers,
            self.text()
        )
    }
}

/// A form as a browser would submit it: its successful controls, in order.
#[derive(Clone, Debug)]
pub struct Form {
    pub page: Url,
    /// URL that the form is sent to.
    pub action: Url,
    /// Method: `get` or `post`.
    pub method: String,
    /// Names and values, without buttons.
    pub fields: Vec<(String, String)>,
}

impl Form {
    fn read(element: ElementRef<'_>, page: &Url) -> Self {
        let attribute = |name| element.value().attr(name);
        let action = page.join(attribute("action").unwrap_or_default()).unwrap();
        let mut fields = Vec::new();
        for control in element.select(&parse("input, select, textarea")) {
            let value = control.value();
            let Some(name) = value.attr("name") else {
                continue;
            };
            let kind = value.attr("type").unwrap_or("text");
            let left_out = matches!(kind, "submit" | "button" | "image" | "reset" | "file")
                || (matches!(kind, "checkbox" | "radio") && value.attr("checked").is_none())
                || value.attr("disabled").is_some();
            if left_out {
                continue;
            }
            let content = match value.name() {
                "select" => chosen(control),
                "textarea" => control.text().collect(),
                _ => value
                    .attr("value")
                    .unwrap_or(if kind == "checkbox" { "on" } else { "" })
                    .to_owned(),
            };
            fields.push((name.to_owned(), content));
        }
        Self {
            page: page.clone(),
            action,
            method: attribute("method").unwrap_or("get").to_ascii_lowercase(),
            fields,
        }
    }

    /// Sets a field, or adds it (an unchecked checkbox, or the pressed button).
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, content)) => value.clone_into(content),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Adds a field, even if one with that name exists: another checkbox with the same name.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}

fn chosen(select: ElementRef<'_>) -> String {
    let option = select
        .select(&parse("option[selected]"))
        .next()
        .or_else(|| select.select(&parse("option")).next());
    // An option without a value has its text (HTML, section 4.10.10).
    let value = |option: ElementRef<'_>| match option.value().attr("value") {
        Some(value) => value.to_owned(),
        None => option.text().collect::<String>().trim().to_owned(),
    };
    option.map(value).unwrap_or_default()
}

fn parse(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("selector {selector}: {error:?}"))
}
