//! The syntactic grammar: builds the framework's types from tokens, one method for each production.
//!
//! The framework's own parser follows the edition of 2018. It refuses escaped surrogate pairs, descriptions of operations
//! and arguments in other orders, takes empty parentheses, and keeps the escapes of block strings. This one follows the
//! edition of September 2025. It also keeps what the framework's types cannot hold and rules of validation ask for:
//! definitions of the same name, and members that an object repeats.

use std::iter::Peekable;
use std::vec::IntoIter;

use async_graphql::parser::types::{
    BaseType, Directive, Field, FragmentDefinition, FragmentSpread, InlineFragment, OperationDefinition, OperationType,
    Selection, SelectionSet, Type, TypeCondition, VariableDefinition,
};
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::indexmap::IndexMap;
use async_graphql_value::indexmap::map::Entry;
use async_graphql_value::{Number, Value};

use super::scan::{Kind, Scan, Token, syntax_error};
use crate::graphql::RequestError;

/// The definitions of a document, in their order.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) operations: Vec<(Option<Name>, Positioned<OperationDefinition>)>,
    pub(super) fragments: Vec<(Name, Positioned<FragmentDefinition>)>,
    /// Members of an object that has one of this name before.
    pub(super) repeated_members: Vec<Positioned<Name>>,
}

/// Parses the tokens of a document.
///
/// # Errors
/// At the first token that the grammar does not allow.
pub(super) fn parse(scan: Scan<'_>) -> Result<Parsed, RequestError> {
    let mut parser = Parser { tokens: scan.tokens.into_iter().peekable(), end: scan.end, repeated_members: Vec::new() };
    let mut parsed = Parsed::default();
    loop {
        parser.definition(&mut parsed)?;
        if parser.tokens.peek().is_none() {
            parsed.repeated_members = parser.repeated_members;
            return Ok(parsed);
        }
    }
}

/// Whether a value may contain variables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variables {
    Allowed,
    Forbidden,
}

struct Parser<'t> {
    tokens: Peekable<IntoIter<Token<'t>>>,
    end: Pos,
    repeated_members: Vec<Positioned<Name>>,
}

type Parse<T> = Result<T, RequestError>;

impl<'t> Parser<'t> {
    fn position(&mut self) -> Pos {
        self.tokens.peek().map_or(self.end, |token| token.position)
    }

    fn is_next(&mut self, sign: char) -> bool {
        self.tokens.peek().is_some_and(|token| token.kind == Kind::Punctuator(sign))
    }

    /// Takes the next token if it is this punctuator.
    fn take(&mut self, sign: char) -> bool {
        self.is_next(sign) && self.tokens.next().is_some()
    }

    fn require(&mut self, sign: char) -> Parse<()> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(&format!("\"{sign}\""))) }
    }

    fn next_name(&mut self) -> Option<&'t str> {
        match self.tokens.peek()?.kind {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }

    fn name(&mut self) -> Parse<Positioned<Name>> {
        let position = self.position();
        let name = self.next_name().ok_or_else(|| self.unexpected("a name"))?;
        self.tokens.next();
        Ok(Positioned::new(Name::new(name), position))
    }

    /// Takes the next token if it is this keyword.
    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.next_name() == Some(keyword) && self.tokens.next().is_some()
    }

    fn unexpected(&mut self, expected: &str) -> RequestError {
        let position = self.position();
        match self.tokens.peek() {
            Some(token) => syntax_error(format_args!("Expected {expected}, found {}.", token.kind), position),
            None => syntax_error(format_args!("Expected {expected}, found the end of the document."), position),
        }
    }

    /// One or more items between two punctuators, or nothing at all.
    fn optional_group<T>(&mut self, open: char, close: char, item: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        if self.is_next(open) { self.group(open, close, item) } else { Ok(Vec::new()) }
    }

    fn group<T>(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        self.require(open)?;
        let mut items = vec![item(self)?];
        while !self.take(close) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn definition(&mut self, parsed: &mut Parsed) -> Parse<()> {
        let position = self.position();
        let has_description = self.skip_description();
        if !has_description && self.is_next('{') {
            let operation = OperationDefinition {
                ty: OperationType::Query,
                variable_definitions: Vec::new(),
                directives: Vec::new(),
                selection_set: self.selection_set()?,
            };
            parsed.operations.push((None, Positioned::new(operation, position)));
            return Ok(());
        }
        let position = self.position();
        let kind = match self.next_name() {
            Some("query") => OperationType::Query,
            Some("mutation") => OperationType::Mutation,
            Some("subscription") => OperationType::Subscription,
            Some("fragment") => {
                parsed.fragments.push(self.fragment_definition()?);
                return Ok(());
            }
            _ => return Err(self.unexpected("an operation or a fragment")),
        };
        self.tokens.next();
        let name = if self.next_name().is_some() { Some(self.name()?.node) } else { None };
        let operation = OperationDefinition {
            ty: kind,
            variable_definitions: self.optional_group('(', ')', Self::variable_definition)?,
            directives: self.directives(Variables::Allowed)?,
            selection_set: self.selection_set()?,
        };
        parsed.operations.push((name, Positioned::new(operation, position)));
        Ok(())
    }

    /// Descriptions have no effect.
    fn skip_description(&mut self) -> bool {
        self.tokens.next_if(|token| matches!(token.kind, Kind::String(_))).is_some()
    }

    fn variable_definition(&mut self) -> Parse<Positioned<VariableDefinition>> {
        self.skip_description();
        let position = self.position();
        self.require('$')?;
        let name = self.name()?;
        self.require(':')?;
        let var_type = self.type_reference()?;
        let default_value = if self.take('=') {
            let position = self.position();
            // Without variables every value is constant.
            self.value(Variables::Forbidden)?.into_const().map(|value| Positioned::new(value, position))
        } else {
            None
        };
        let directives = self.directives(Variables::Forbidden)?;
        Ok(Positioned::new(VariableDefinition { name, var_type, directives, default_value }, position))
    }

    fn type_reference(&mut self) -> Parse<Positioned<Type>> {
        let position = self.position();
        let base = if self.take('[') {
            let item = self.type_reference()?.node;
            self.require(']')?;
            BaseType::List(Box::new(item))
        } else {
            BaseType::Named(self.name()?.node)
        };
        let nullable = !self.take('!');
        Ok(Positioned::new(Type { base, nullable }, position))
    }

    fn selection_set(&mut self) -> Parse<Positioned<SelectionSet>> {
        let position = self.position();
        let items = self.group('{', '}', Self::selection)?;
        Ok(Positioned::new(SelectionSet { items }, position))
    }

    fn selection(&mut self) -> Parse<Positioned<Selection>> {
        let position = self.position();
        if self.tokens.next_if(|token| token.kind == Kind::Spread).is_some() {
            return Ok(Positioned::new(self.fragment(position)?, position));
        }
        let name = self.name()?;
        let (alias, name) = if self.take(':') { (Some(name), self.name()?) } else { (None, name) };
        let arguments = self.arguments(Variables::Allowed)?;
        let directives = self.directives(Variables::Allowed)?;
        let selection_set = if self.is_next('{') { self.selection_set()? } else { Positioned::default() };
        let field = Field { alias, name, arguments, directives, selection_set };
        Ok(Positioned::new(Selection::Field(Positioned::new(field, position)), position))
    }

    /// A spread or an inline fragment, after its dots.
    fn fragment(&mut self, position: Pos) -> Parse<Selection> {
        let type_condition = match self.next_name() {
            Some("on") => Some(self.type_condition()?),
            Some(_) => {
                let spread =
                    FragmentSpread { fragment_name: self.name()?, directives: self.directives(Variables::Allowed)? };
                return Ok(Selection::FragmentSpread(Positioned::new(spread, position)));
            }
            None => None,
        };
        let directives = self.directives(Variables::Allowed)?;
        let fragment = InlineFragment { type_condition, directives, selection_set: self.selection_set()? };
        Ok(Selection::InlineFragment(Positioned::new(fragment, position)))
    }

    fn fragment_definition(&mut self) -> Parse<(Name, Positioned<FragmentDefinition>)> {
        let position = self.position();
        self.tokens.next();
        if self.next_name() == Some("on") {
            return Err(self.unexpected("the name of the fragment"));
        }
        let name = self.name()?.node;
        let type_condition = self.type_condition()?;
        let directives = self.directives(Variables::Allowed)?;
        let definition = FragmentDefinition { type_condition, directives, selection_set: self.selection_set()? };
        Ok((name, Positioned::new(definition, position)))
    }

    fn type_condition(&mut self) -> Parse<Positioned<TypeCondition>> {
        let position = self.position();
        if !self.take_keyword("on") {
            return Err(self.unexpected("\"on\" and a type"));
        }
        Ok(Positioned::new(TypeCondition { on: self.name()? }, position))
    }

    fn directives(&mut self, variables: Variables) -> Parse<Vec<Positioned<Directive>>> {
        let mut directives = Vec::new();
        while self.is_next('@') {
            let position = self.position();
            self.tokens.next();
            let directive = Directive { name: self.name()?, arguments: self.arguments(variables)? };
            directives.push(Positioned::new(directive, position));
        }
        Ok(directives)
    }

    fn arguments(&mut self, variables: Variables) -> Parse<Vec<(Positioned<Name>, Positioned<Value>)>> {
        self.optional_group('(', ')', |parser| {
            let name = parser.name()?;
            parser.require(':')?;
            let position = parser.position();
            Ok((name, Positioned::new(parser.value(variables)?, position)))
        })
    }

    fn value(&mut self, variables: Variables) -> Parse<Value> {
        if variables == Variables::Allowed && self.take('$') {
            return Ok(Value::Variable(self.name()?.node));
        }
        if self.take('[') {
            let mut items = Vec::new();
            while !self.take(']') {
                items.push(self.value(variables)?);
            }
            return Ok(Value::List(items));
        }
        if self.take('{') {
            return self.members(variables);
        }
        let is_simple = |token: &Token<'_>| !matches!(token.kind, Kind::Punctuator(_) | Kind::Spread);
        match self.tokens.next_if(is_simple).map(|token| token.kind) {
            Some(Kind::String(text)) => Ok(Value::String(text)),
            Some(Kind::Name("true")) => Ok(Value::Boolean(true)),
            Some(Kind::Name("false")) => Ok(Value::Boolean(false)),
            Some(Kind::Name("null")) => Ok(Value::Null),
            Some(Kind::Name(name)) => Ok(Value::Enum(Name::new(name))),
            Some(Kind::Int(text)) => Ok(Value::Number(integer(text))),
            Some(Kind::Float(text)) => Ok(Value::Number(float(text))),
            _ if variables == Variables::Forbidden => Err(self.unexpected("a value without variables")),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// The members of an object, after its brace.
    fn members(&mut self, variables: Variables) -> Parse<Value> {
        let mut members = IndexMap::new();
        while !self.take('}') {
            let name = self.name()?;
            self.require(':')?;
            let value = self.value(variables)?;
            match members.entry(name.node.clone()) {
                Entry::Occupied(_) => self.repeated_members.push(name),
                Entry::Vacant(place) => {
                    place.insert(value);
                }
            }
        }
        Ok(Value::Object(members))
    }
}

/// Whole numbers of more than 64 bits become floats; no type of whole numbers takes them.
fn integer(text: &str) -> Number {
    let number = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
    number.unwrap_or_else(|_| float(text))
}

/// Numbers beyond the range of floats become the largest one.
fn float(text: &str) -> Number {
    let number = text.parse::<f64>().unwrap_or_default();
    Number::from_f64(number.clamp(f64::MIN, f64::MAX)).unwrap_or_else(|| 0.into())
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;
    use crate::config::Limits;
    use crate::graphql::error::code;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Result<Parsed, RequestError> {
        parse(scan(text, &Limits::default())?)
    }

    #[test]
    fn every_production_is_parsed() {
        for text in [
            "{ a }",
            "query { a }",
            "query Q { a }",
            "query query { query }",
            "mutation M { a } subscription S { b }",
            "query Q($a: Int, $b: [Int!]! = [1 2] @d, $c: I = { a: null b: [{}] } $d: on) @x(a: $a) @y { a }",
            "{ b: a(c: 1, d: $e f: { g: [$h] i: ENUM }) @j { k } }",
            "{ ...F ...fragment @a ... on T { a } ... @b { c } ... { d } ... on T @e { f } } fragment F on T @g { h }",
            "fragment fragment on on { on }",
            "{ on fragment query true: null(true: false, null: true) }",
            "{ a(b: [], c: {}, d: -1.5e3, e: \"\"\"x\"\"\", f: true, g: null) }",
            "\"says what\" query Q { a }",
            "\"\"\"says what\"\"\" query Q(\"a variable\" $a: Int \"\"\"another\"\"\" $b: Int) { a }",
            "{ a } \"a fragment\" fragment F on T { a }",
            "\u{feff}query,,,Q{a}# the end",
        ] {
            if let Err(error) = parsed(text) {
                panic!("{text}: {error:?}");
            }
        }
    }

    #[test]
    fn what_no_production_allows_is_rejected_at_its_position() {
        for (text, column) in [
            ("", 1),
            ("# nothing", 10),
            ("{", 2),
            ("{ }", 3),
            ("{ a { } }", 7),
            ("{ a() }", 5),
            ("query Q() { a }", 9),
            ("query Q", 8),
            ("query ($a) { a }", 10),
            ("query ($a: Int = $b) { a }", 18),
            ("query ($a: Int = [$b]) { a }", 19),
            ("query ($a: Int @d(x: $b)) { a }", 22),
            ("query ($a: Int @d = 1) { a }", 19),
            ("query ($a: [Int) { a }", 16),
            ("query ($a: Int!!) { a }", 16),
            ("query ($a: ) { a }", 12),
            ("query Q @d(a: ) { a }", 15),
            ("query Q @ { a }", 11),
            ("{ ... }", 7),
            ("{ ...on }", 9),
            ("{ ... on T }", 12),
            ("{ ...F { a } } }", 8),
            ("fragment on on T { a }", 10),
            ("fragment F T { a }", 12),
            ("fragment F($a: Int) on T { a }", 11),
            ("{ a: }", 6),
            ("{ a: b: c }", 7),
            ("{ a(b: [) }", 9),
            ("{ a(b: {c}) }", 10),
            ("{ a(b: {c: }) }", 12),
            ("{ a(b: $) }", 9),
            ("{ a(b: & ) }", 8),
            ("{ a(b: ...) }", 8),
            ("{ a(b) }", 6),
            ("{ a } }", 7),
            ("\"says what\" { a }", 13),
            ("\"says what\"", 12),
            ("{ \"says what\" a }", 3),
            ("\"a\" \"b\" query Q { a }", 5),
            ("type A { b: Int }", 1),
            ("extend type A { b: Int }", 1),
            ("Query { a }", 1),
        ] {
            let error = parsed(text).map(|_| ()).expect_err(text);
            assert_eq!(error.code(), code::GRAPHQL_PARSE_FAILED, "{text}");
            assert_eq!(error.errors()[0].locations, [Pos { line: 1, column }], "{text}: {error:?}");
        }
    }

    #[test]
    fn definitions_and_members_of_the_same_name_are_kept_for_the_rules() {
        let parsed =
            parsed("query A { a(b: { c: 1, c: 2 }) } query A { a } fragment F on A { a } fragment F on B { b }");
        let parsed = parsed.expect("a document");
        assert_eq!((parsed.operations.len(), parsed.fragments.len(), parsed.repeated_members.len()), (2, 2, 1));
        assert_eq!(parsed.repeated_members[0].pos, Pos { line: 1, column: 24 });
    }

    #[test]
    fn numbers_keep_their_kind() {
        assert!(integer("-0").is_i64() && integer("18446744073709551615").is_u64());
        assert!(integer("18446744073709551616").is_f64() && float("3.0").is_f64() && float("1e999").is_f64());
    }

    proptest! {
        /// Documents that both parsers take are the same to both.
        #[test]
        fn the_framework_parses_the_same(pieces in prop::collection::vec(piece(), 0..40)) {
            let text = pieces.concat();
            if let (Ok(parsed), Ok(theirs)) = (parsed(&text), async_graphql::parser::parse_query(&text)) {
                for (name, operation) in &parsed.operations {
                    let mut all = theirs.operations.iter();
                    let other = all.find(|(other, _)| *other == name.as_ref()).expect("the same operation").1;
                    prop_assert_eq!(without_positions(operation), without_positions(other));
                }
                for (name, fragment) in &parsed.fragments {
                    prop_assert_eq!(without_positions(fragment), without_positions(&theirs.fragments[name]));
                }
            }
        }
    }

    fn without_positions(node: &impl std::fmt::Debug) -> String {
        let debugged = format!("{node:?}");
        let mut parts = debugged.split("Pos(");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once(')').map_or("", |(_, rest)| rest))
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "{ ",
            "} ",
            "{ a } ",
            "a ",
            "b: a ",
            "(b: 1) ",
            "(b: [$v, {c: \"x\\n\"}]) ",
            "@d ",
            "@d(e: -1.5e3) ",
            "...F ",
            "... on T ",
            "... ",
            "query Q ",
            "query ",
            "mutation M ",
            "($v: [Int!]! = [1]) ",
            "fragment F on T ",
            "# x\n",
            "\u{feff}",
            ",",
            "\r\n",
            "(b: \"\"\"\n  x\n\"\"\") ",
            "true ",
            "null ",
        ])
    }
}
