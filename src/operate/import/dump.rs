//! Reads SQL dumps: plain ones of PostgreSQL (`copy` and `insert`), MySQL's, and SQLite's.
//!
//! Only the rows and the names of the columns are read; everything else in a dump is skipped.

use crate::db::transfer::{ForeignTable, ForeignValue, from_hex};

/// Words that begin a line of `create table` and are no columns.
const NO_COLUMNS: [&str; 8] = ["primary", "key", "unique", "constraint", "foreign", "check", "index", "fulltext"];

/// A word or a sign of SQL.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// In lower case, if it was not quoted.
    Word(String),
    Value(ForeignValue),
    Sign(u8),
}

struct Reader<'a> {
    text: &'a [u8],
    position: usize,
    /// In MySQL a backslash escapes the next character of a string.
    has_escapes: bool,
}

/// Returns the tables of a dump.
///
/// # Errors
/// What is wrong with it, in one line.
pub(super) fn read(text: &[u8]) -> Result<Vec<ForeignTable>, String> {
    let start = String::from_utf8_lossy(text.get(..2_000).unwrap_or(text));
    let has_escapes = ["MySQL", "MariaDB", "mysqldump"].iter().any(|name| start.contains(name));
    let mut reader = Reader { text, position: 0, has_escapes };
    let mut tables: Vec<ForeignTable> = Vec::new();
    while let Some(token) = reader.next()? {
        match token {
            Token::Word(word) if word == "create" => reader.read_create(&mut tables)?,
            Token::Word(word) if word == "insert" || word == "replace" => reader.read_insert(&mut tables)?,
            Token::Word(word) if word == "copy" => reader.read_copy(&mut tables)?,
            Token::Sign(b';') => {}
            _ => reader.skip_statement()?,
        }
    }
    Ok(tables)
}

/// Returns the table with this name, which is added if it is missing.
fn table<'a>(tables: &'a mut Vec<ForeignTable>, name: &str) -> Option<&'a mut ForeignTable> {
    if !tables.iter().any(|table| table.name == name) {
        tables.push(ForeignTable { name: name.to_owned(), ..ForeignTable::default() });
    }
    tables.iter_mut().find(|table| table.name == name)
}

impl Reader<'_> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.position + ahead).copied()
    }

    fn unfinished(&self) -> String {
        let line = self.text[..self.position.min(self.text.len())].split(|byte| *byte == b'\n').count();
        format!("line {line}: the dump is incomplete or is not SQL")
    }

    fn skip_line(&mut self) {
        while self.byte(0).is_some_and(|byte| byte != b'\n') {
            self.position += 1;
        }
    }

    fn skip_blanks(&mut self) -> Result<(), String> {
        loop {
            match (self.byte(0), self.byte(1)) {
                (Some(byte), _) if byte.is_ascii_whitespace() => self.position += 1,
                // A comment, or a command of psql in newer dumps of PostgreSQL.
                (Some(b'-'), Some(b'-')) | (Some(b'\\'), Some(_)) => self.skip_line(),
                (Some(b'#'), _) if self.has_escapes => self.skip_line(),
                (Some(b'/'), Some(b'*')) => {
                    let end = self.text[self.position..].windows(2).position(|pair| pair == b"*/");
                    self.position += end.ok_or_else(|| self.unfinished())? + 2;
                }
                _ => return Ok(()),
            }
        }
    }

    fn next(&mut self) -> Result<Option<Token>, String> {
        self.skip_blanks()?;
        let Some(byte) = self.byte(0) else { return Ok(None) };
        Ok(Some(match byte {
            b'\'' => Token::Value(ForeignValue::Text(lossy(self.read_quoted(b'\'', self.has_escapes)?))),
            b'"' | b'`' => Token::Word(lossy(self.read_quoted(byte, false)?)),
            b'$' if self.dollar_tag().is_some() => {
                let tag = self.dollar_tag().unwrap_or_default();
                self.position += tag.len();
                let rest = &self.text[self.position..];
                let end = rest.windows(tag.len()).position(|window| window == tag).ok_or_else(|| self.unfinished())?;
                let body = lossy(rest[..end].to_vec());
                self.position += end + tag.len();
                Token::Value(ForeignValue::Text(body))
            }
            b'0' if matches!(self.byte(1), Some(b'x' | b'X')) => {
                self.position += 2;
                let digits = self.read_while(|byte| byte.is_ascii_hexdigit());
                Token::Value(ForeignValue::Bytes(from_hex(digits.as_bytes()).unwrap_or_default()))
            }
            b'0'..=b'9' | b'-' | b'+' | b'.'
                if byte != b'.' || self.byte(1).is_some_and(|next| next.is_ascii_digit()) =>
            {
                let number = self.read_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
                Token::Value(ForeignValue::Text(number))
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                let word =
                    self.read_while(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(&byte) || byte >= 0x80);
                return self.after_word(&word.to_lowercase()).map(Some);
            }
            sign => {
                self.position += 1;
                Token::Sign(sign)
            }
        }))
    }

    /// Returns the `$tag$` at this position, with which PostgreSQL quotes the bodies of functions.
    fn dollar_tag(&self) -> Option<Vec<u8>> {
        let rest = &self.text[self.position + 1..];
        let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
        (rest[end] == b'$').then(|| self.text[self.position..self.position + end + 2].to_vec())
    }

    /// A word can begin a string: `E'..'`, `X'..'`, `_binary '..'`.
    fn after_word(&mut self, word: &str) -> Result<Token, String> {
        let is_quote = self.byte(0) == Some(b'\'');
        Ok(match word {
            "e" | "n" if is_quote => {
                Token::Value(ForeignValue::Text(lossy(self.read_quoted(b'\'', word == "e" || self.has_escapes)?)))
            }
            "x" if is_quote => {
                Token::Value(ForeignValue::Bytes(from_hex(&self.read_quoted(b'\'', false)?).unwrap_or_default()))
            }
            "_binary" => {
                self.skip_blanks()?;
                match self.byte(0) {
                    Some(b'\'') => Token::Value(ForeignValue::Bytes(self.read_quoted(b'\'', self.has_escapes)?)),
                    _ => return self.next()?.ok_or_else(|| self.unfinished()),
                }
            }
            "null" => Token::Value(ForeignValue::Null),
            "true" => Token::Value(ForeignValue::Text("1".to_owned())),
            "false" => Token::Value(ForeignValue::Text("0".to_owned())),
            _ => Token::Word(word.to_owned()),
        })
    }

    fn read_while(&mut self, is_part: impl Fn(u8) -> bool) -> String {
        let start = self.position;
        while self.byte(0).is_some_and(&is_part) {
            self.position += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.position]).into_owned()
    }

    fn read_quoted(&mut self, quote: u8, has_escapes: bool) -> Result<Vec<u8>, String> {
        let mut text = Vec::new();
        self.position += 1;
        loop {
            let byte = self.byte(0).ok_or_else(|| self.unfinished())?;
            self.position += 1;
            match byte {
                b'\\' if has_escapes => {
                    let escaped = self.byte(0).ok_or_else(|| self.unfinished())?;
                    self.position += 1;
                    text.push(match escaped {
                        b'0' => 0,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'Z' => 26,
                        other => other,
                    });
                }
                byte if byte == quote => {
                    if self.byte(0) != Some(quote) {
                        return Ok(text);
                    }
                    self.position += 1;
                    text.push(quote);
                }
                other => text.push(other),
            }
        }
    }

    fn skip_statement(&mut self) -> Result<(), String> {
        while let Some(token) = self.next()? {
            if token == Token::Sign(b';') {
                break;
            }
        }
        Ok(())
    }

    /// Reads a name, without the schema before it.
    fn read_name(&mut self) -> Result<String, String> {
        loop {
            match self.next()? {
                Some(Token::Word(name)) => {
                    self.skip_blanks()?;
                    if self.byte(0) != Some(b'.') {
                        return Ok(name);
                    }
                    self.position += 1;
                }
                _ => return Err(self.unfinished()),
            }
        }
    }

    /// Reads `(a, b, c)`, and of each item the first word: the names of columns.
    fn read_columns(&mut self) -> Result<Vec<String>, String> {
        let (mut columns, mut depth, mut is_first) = (Vec::new(), 0, false);
        loop {
            match self.next()?.ok_or_else(|| self.unfinished())? {
                Token::Sign(b'(') => {
                    depth += 1;
                    is_first |= depth == 1;
                }
                Token::Sign(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(columns);
                    }
                }
                Token::Sign(b',') if depth == 1 => is_first = true,
                Token::Word(name) if depth == 1 && is_first => {
                    is_first = false;
                    columns.push(name);
                }
                _ if depth == 0 => return Err(self.unfinished()),
                _ => {}
            }
        }
    }

    /// Reads the columns of `create table`.
    fn read_create(&mut self, tables: &mut Vec<ForeignTable>) -> Result<(), String> {
        let is_table = matches!(self.next()?, Some(Token::Word(word)) if word == "table");
        if is_table {
            let start = self.position;
            let is_conditional = matches!(self.next()?, Some(Token::Word(word)) if word == "if");
            if is_conditional {
                self.next()?;
                self.next()?;
            } else {
                self.position = start;
            }
            let name = self.read_name()?;
            let columns = self.read_columns()?;
            if let Some(table) = table(tables, &name) {
                table.columns = columns.into_iter().filter(|name| !NO_COLUMNS.contains(&name.as_str())).collect();
            }
        }
        self.skip_statement()
    }

    /// Reads `insert into t (a, b) values (..), (..)`.
    fn read_insert(&mut self, tables: &mut Vec<ForeignTable>) -> Result<(), String> {
        loop {
            match self.next()?.ok_or_else(|| self.unfinished())? {
                Token::Word(word) if word == "into" => break,
                Token::Word(_) => {}
                _ => return Err(self.unfinished()),
            }
        }
        let name = self.read_name()?;
        self.skip_blanks()?;
        let columns = if self.byte(0) == Some(b'(') { Some(self.read_columns()?) } else { None };
        if !matches!(self.next()?, Some(Token::Word(word)) if word == "values") {
            return self.skip_statement();
        }
        let unfinished = self.unfinished();
        let table = table(tables, &name).ok_or(unfinished)?;
        let columns = columns.unwrap_or_else(|| table.columns.clone());
        if table.columns.is_empty() {
            table.columns.clone_from(&columns);
        }
        let mut row = Vec::new();
        let mut depth = 0;
        loop {
            match self.next()?.ok_or_else(|| self.unfinished())? {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        push_row(table, &columns, std::mem::take(&mut row));
                    }
                }
                Token::Value(value) if depth == 1 => row.push(value),
                Token::Sign(b';') if depth == 0 => return Ok(()),
                _ => {}
            }
        }
    }

    /// Reads `copy t (a, b) from stdin;` and the lines behind it.
    fn read_copy(&mut self, tables: &mut Vec<ForeignTable>) -> Result<(), String> {
        let name = self.read_name()?;
        let columns = self.read_columns()?;
        self.skip_line_after_semicolon()?;
        let unfinished = self.unfinished();
        let table = table(tables, &name).ok_or(unfinished)?;
        loop {
            let start = self.position;
            if start >= self.text.len() {
                return Err(self.unfinished());
            }
            self.skip_line();
            let line = &self.text[start..self.position];
            self.position += 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line == b"\\." {
                return Ok(());
            }
            let count = line.split(|byte| *byte == b'\t').count();
            let values = (0..count).map(|at| {
                crate::db::transfer::read_text(line, at).map_or(ForeignValue::Null, |text| {
                    let bytes = text.strip_prefix("\\x").and_then(|digits| from_hex(digits.as_bytes()));
                    bytes.map_or(ForeignValue::Text(text), ForeignValue::Bytes)
                })
            });
            let values = values.collect();
            if table.columns.is_empty() {
                table.columns.clone_from(&columns);
            }
            push_row(table, &columns, values);
        }
    }

    fn skip_line_after_semicolon(&mut self) -> Result<(), String> {
        self.skip_statement()?;
        self.skip_line();
        self.position += 1;
        Ok(())
    }
}

/// Adds a row, in the order of the table's columns.
fn push_row(table: &mut ForeignTable, columns: &[String], mut values: Vec<ForeignValue>) {
    if table.columns != columns {
        let mut ordered = vec![ForeignValue::Null; table.columns.len()];
        for (column, value) in columns.iter().zip(values) {
            if let Some(at) = table.columns.iter().position(|own| own == column) {
                ordered[at] = value;
            }
        }
        values = ordered;
    }
    values.resize(table.columns.len(), ForeignValue::Null);
    table.rows.push(values);
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> ForeignValue {
        ForeignValue::Text(value.to_owned())
    }

    #[test]
    fn a_dump_of_postgresql_is_read() {
        let dump = b"-- PostgreSQL database dump\nSET statement_timeout = 0;\n\
            CREATE TABLE public.users (\n    id integer NOT NULL,\n    name character varying(80),\n    \
            CONSTRAINT c CHECK ((id > 0))\n);\n\
            CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'select ''a;b''';\n\
            CREATE FUNCTION g() RETURNS trigger AS $body$ begin insert into users values (9); end $body$;\n\
            COPY public.users (id, name) FROM stdin;\n1\tAda\\tL\n2\t\\N\n\\.\n\n\
            INSERT INTO public.users (name, id) VALUES ('O''Neil \\ b', 3);\n";
        let tables = read(dump).expect("it is read");
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].columns, ["id", "name"]);
        assert_eq!(
            tables[0].rows,
            [
                vec![text("1"), text("Ada\tL")],
                vec![text("2"), ForeignValue::Null],
                vec![text("3"), text("O'Neil \\ b")]
            ]
        );
    }

    #[test]
    fn a_dump_of_mysql_is_read() {
        let dump = b"-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\n\
            CREATE TABLE `user` (\n  `id` int(11) NOT NULL AUTO_INCREMENT,\n  `name` varchar(20) DEFAULT 'a,b',\n  \
            `image` longblob,\n  PRIMARY KEY (`id`),\n  UNIQUE KEY `u` (`name`)\n) ENGINE=InnoDB;\n\
            LOCK TABLES `user` WRITE;\n\
            INSERT INTO `user` VALUES (1,'it\\'s; \\\"x\\\"\\n',_binary '\\0\\'a'),(2,NULL,0xFF00),(-3,'',NULL);\n";
        let tables = read(dump).expect("it is read");
        assert_eq!(tables[0].columns, ["id", "name", "image"]);
        assert_eq!(
            tables[0].rows,
            [
                vec![text("1"), text("it's; \"x\"\n"), ForeignValue::Bytes(b"\0'a".to_vec())],
                vec![text("2"), ForeignValue::Null, ForeignValue::Bytes(vec![0xff, 0])],
                vec![text("-3"), text(""), ForeignValue::Null]
            ]
        );
    }

    #[test]
    fn a_broken_dump_is_refused() {
        for dump in [&b"INSERT INTO t VALUES ('a"[..], b"COPY t (a) FROM stdin;\n1\n", b"CREATE TABLE t (a", b"/* a"] {
            assert!(read(dump).expect_err("it is incomplete").contains("line"), "{}", String::from_utf8_lossy(dump));
        }
    }
}
