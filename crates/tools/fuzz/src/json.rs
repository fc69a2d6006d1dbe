//! Unambiguous JSON (RFC 8259, RFC 7515 §4): a second implementation for the oracles, by recursive
//! descent and without serde.

/// Maximum nesting depth.
const MAX_DEPTH: usize = 32;

#[derive(Clone, PartialEq, Debug)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(String),
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object without duplicate names.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Returns a member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let mut members = members.iter();
        members.find(|(own, _)| own == name).map(|(_, value)| value)
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number, if it is an integer that fits; rejects `-0` and `1.0`.
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Number(text) if text != "-0" => text.parse().ok(),
            _ => None,
        }
    }

    /// Returns the items of an array of strings.
    pub fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::List(items) => items.iter().map(Self::text).collect(),
            _ => None,
        }
    }
}

/// Parses one value and nothing after it.
pub fn parse(bytes: &[u8]) -> Option<Json> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader(text);
    let value = reader.value(MAX_DEPTH)?;
    reader.space();
    reader.0.is_empty().then_some(value)
}

/// Parses one object and nothing after it.
pub fn object(bytes: &[u8]) -> Option<Json> {
    parse(bytes).filter(|value| matches!(value, Json::Object(_)))
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn space(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, word: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(word)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        match self.0.chars().next()? {
            'n' => self.eat("null").map(|()| Json::Null),
            't' => self.eat("true").map(|()| Json::Bool(true)),
            'f' => self.eat("false").map(|()| Json::Bool(false)),
            '"' => self.string().map(Json::Text),
            '[' => self.list(depth.checked_sub(1)?),
            '{' => self.members(depth.checked_sub(1)?),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        self.eat("[")?;
        let mut items = Vec::new();
        self.space();
        if self.eat("]").is_some() {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            if self.eat(",").is_none() {
                self.eat("]")?;
                return Some(Json::List(items));
            }
        }
    }

    fn members(&mut self, depth: usize) -> Option<Json> {
        self.eat("{")?;
        let mut members: Vec<(String, Json)> = Vec::new();
        self.space();
        if self.eat("}").is_some() {
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            self.eat(":")?;
            let value = self.value(depth)?;
            if members.iter().any(|(own, _)| *own == name) {
                return None;
            }
            members.push((name, value));
            self.space();
            if self.eat(",").is_none() {
                self.eat("}")?;
                return Some(Json::Object(members));
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat("\"")?;
        let mut text = String::new();
        loop {
            let letter = self.next_char()?;
            match letter {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                '\0'..='\u{1f}' => return None,
                other => text.push(other),
            }
        }
    }

    fn next_char(&mut self) -> Option<char> {
        let letter = self.0.chars().next()?;
        self.0 = &self.0[letter.len_utf8()..];
        Some(letter)
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next_char()? {
            letter @ ('"' | '\\' | '/') => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.unit()?;
                let mut units = vec![first];
                // Half of a surrogate pair is not a character.
                if (0xd800..0xdc00).contains(&first) {
                    self.eat("\\u")?;
                    units.push(self.unit()?);
                }
                String::from_utf16(&units).ok()?.chars().next()?
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.0.get(..4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.0 = &self.0[4..];
        u16::from_str_radix(digits, 16).ok()
    }

    fn digits(&mut self) -> Option<usize> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        self.0 = &self.0[digits..];
        (digits > 0).then_some(digits)
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.0;
        let _ = self.eat("-");
        let has_zero_first = self.0.starts_with('0');
        if self.digits()? > 1 && has_zero_first {
            return None;
        }
        if self.eat(".").is_some() {
            self.digits()?;
        }
        if self.0.starts_with(['e', 'E']) {
            self.0 = &self.0[1..];
            if self.0.starts_with(['+', '-']) {
                self.0 = &self.0[1..];
            }
            self.digits()?;
        }
        let text = &start[..start.len() - self.0.len()];
        // A number beyond the range of a float would be read differently by different programs.
        let size: f64 = text.parse().ok()?;
        size.is_finite().then(|| Json::Number(text.to_owned()))
    }
}
