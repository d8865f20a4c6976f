//! Expressions over symbols of sizes: `2*s0` in early files, `Mul(Integer(2), Symbol('s0', integer=True))` in later ones.

use std::fmt;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Number(i64),
    Symbol(String),
    /// A function by its name in `SymPy`.
    Call(String, Vec<Expression>),
}

/// Levels of nesting, far more than sizes of real networks have.
const DEPTH: usize = 32;

impl Expression {
    /// Parses an expression; `None` if it is not understood.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { rest: text, depth: 0 };
        let expression = parser.sum()?;
        parser.rest.trim_start().is_empty().then_some(expression)
    }

    /// The value, if all symbols have one.
    pub(super) fn value(&self, symbol: &dyn Fn(&str) -> Option<i64>) -> Option<i64> {
        let (function, arguments) = match self {
            Self::Number(number) => return Some(*number),
            Self::Symbol(name) => return symbol(name),
            Self::Call(function, arguments) => (function.as_str(), arguments),
        };
        let values: Vec<i64> = arguments.iter().map(|argument| argument.value(symbol)).collect::<Option<_>>()?;
        match (function, &values[..]) {
            ("Add", values) => values.iter().try_fold(0, |sum: i64, value| sum.checked_add(*value)),
            ("Mul", values) => values.iter().try_fold(1, |product: i64, value| product.checked_mul(*value)),
            ("Max", values) => values.iter().copied().max(),
            ("Min", values) => values.iter().copied().min(),
            ("FloorDiv", [a, b]) if *b > 0 => Some(a.div_euclid(*b)),
            ("CleanDiv" | "IntTrueDiv", [a, b]) if *b > 0 && a % b == 0 => Some(a / b),
            ("CeilDiv", [a, b]) if *b > 0 => a.checked_add(b - 1).map(|sum| sum.div_euclid(*b)),
            ("Mod" | "PythonMod", [a, b]) if *b > 0 => Some(a.rem_euclid(*b)),
            ("Pow" | "PowByNatural", [a, b]) => a.checked_pow(u32::try_from(*b).ok()?),
            _ => None,
        }
    }

    /// The same expression with other names.
    pub(super) fn renamed(self, rename: &dyn Fn(String) -> String) -> Self {
        match self {
            Self::Number(_) => self,
            Self::Symbol(name) => Self::Symbol(rename(name)),
            Self::Call(function, arguments) => {
                Self::Call(function, arguments.into_iter().map(|argument| argument.renamed(rename)).collect())
            }
        }
    }
}

/// As in a formula: `2·N`, `(s1 + 1)//2`.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (function, arguments) = match self {
            Self::Number(number) => return write!(f, "{number}"),
            Self::Symbol(name) => return f.write_str(name),
            Self::Call(function, arguments) => (function.as_str(), arguments),
        };
        let sign = match function {
            "Add" => " + ",
            "Mul" => "·",
            "FloorDiv" | "CleanDiv" | "IntTrueDiv" => "//",
            "Mod" | "PythonMod" => "%",
            "Pow" | "PowByNatural" => "^",
            _ => ", ",
        };
        let is_infix = sign != ", ";
        if !is_infix {
            write!(f, "{function}(")?;
        }
        for (index, argument) in arguments.iter().enumerate() {
            if let (Self::Number(number @ ..0), "Add", 1..) = (argument, function, index) {
                write!(f, " - {}", number.unsigned_abs())?;
                continue;
            }
            f.write_str(if index == 0 { "" } else { sign })?;
            match argument {
                Self::Call(..) if is_infix => write!(f, "({argument})")?,
                _ => write!(f, "{argument}")?,
            }
        }
        f.write_str(if is_infix { "" } else { ")" })
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Takes a sign, if it is the next one.
    fn takes(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut terms = vec![self.product()?];
        loop {
            if self.takes("+") {
                terms.push(self.product()?);
            } else if self.takes("-") {
                terms.push(negated(self.product()?)?);
            } else {
                self.depth -= 1;
                return Some(joined("Add", terms));
            }
        }
    }

    fn product(&mut self) -> Option<Expression> {
        let mut factors = vec![self.power()?];
        loop {
            let function = if self.takes("//") {
                "FloorDiv"
            } else if self.takes("%") {
                "Mod"
            } else if self.takes("*") {
                factors.push(self.power()?);
                continue;
            } else {
                return Some(joined("Mul", factors));
            };
            let divisor = self.power()?;
            factors = vec![Expression::Call(function.into(), vec![joined("Mul", factors), divisor])];
        }
    }

    fn power(&mut self) -> Option<Expression> {
        let base = self.atom()?;
        if self.takes("**") {
            let exponent = self.atom()?;
            return Some(Expression::Call("Pow".into(), vec![base, exponent]));
        }
        Some(base)
    }

    fn atom(&mut self) -> Option<Expression> {
        if self.takes("(") {
            let inner = self.sum()?;
            return self.takes(")").then_some(inner);
        }
        let is_negative = self.takes("-");
        let word = self.word();
        if word.is_empty() {
            return None;
        }
        let atom = match word.parse() {
            Ok(number) => Expression::Number(number),
            Err(_) if self.takes("(") => self.call(word)?,
            Err(_) => Expression::Symbol(word.to_owned()),
        };
        if is_negative { negated(atom) } else { Some(atom) }
    }

    /// The arguments of a function, of which the name and `(` are read.
    fn call(&mut self, function: &str) -> Option<Expression> {
        let mut arguments = Vec::new();
        let mut symbol = None;
        while !self.takes(")") {
            if self.takes("'") {
                let (name, rest) = self.rest.split_once('\'')?;
                (symbol, self.rest) = (Some(name), rest);
            } else if !self.assumption() {
                arguments.push(self.sum()?);
            }
            if !self.takes(",") && !self.rest.trim_start().starts_with(')') {
                return None;
            }
        }
        match (function, symbol, &arguments[..]) {
            ("Symbol", Some(name), []) => Some(Expression::Symbol(name.to_owned())),
            ("Integer", None, [number]) => Some(number.clone()),
            ("Symbol" | "Integer", ..) => None,
            (_, None, [_, ..]) => Some(Expression::Call(function.to_owned(), arguments)),
            _ => None,
        }
    }

    /// Skips `positive=True`.
    fn assumption(&mut self) -> bool {
        let start = self.rest;
        if !self.word().is_empty() && self.takes("=") && !self.word().is_empty() {
            return true;
        }
        self.rest = start;
        false
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }
}

/// An expression with the other sign.
fn negated(expression: Expression) -> Option<Expression> {
    Some(match expression {
        Expression::Number(number) => Expression::Number(number.checked_neg()?),
        other => Expression::Call("Mul".into(), vec![Expression::Number(-1), other]),
    })
}

/// Several operands of a function, or the only one.
fn joined(function: &str, mut operands: Vec<Expression>) -> Expression {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        last => {
            operands.extend(last);
            Expression::Call(function.to_owned(), operands)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_the_same_formula() {
        for (text, shown, value) in [
            ("s0", "s0", 7),
            ("Symbol('s0', positive=True, integer=True)", "s0", 7),
            ("2*s0", "2·s0", 14),
            ("Mul(Integer(2), Symbol('s0', integer=True))", "2·s0", 14),
            ("(s0 + 1)//2 - 1", "((s0 + 1)//2) - 1", 3),
            ("FloorDiv(Add(Symbol('s0'), Integer(-1)), Integer(2))", "(s0 - 1)//2", 3),
            ("Max(1, s0) % 4", "(Max(1, s0))%4", 3),
            ("s0**2", "s0^2", 49),
        ] {
            let expression = Expression::parse(text).expect(text);
            assert_eq!(expression.to_string(), shown);
            assert_eq!(expression.value(&|name| (name == "s0").then_some(7)), Some(value), "{text}");
            assert_eq!(expression.value(&|_| None), None, "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_understood() {
        let deep = "(".repeat(100_000);
        for text in ["", "s0 +", "2 3", "f(", "f(a b)", "Symbol('s0", "@", "Symbol(1)", &deep] {
            assert_eq!(Expression::parse(text), None, "{text}");
        }
        let huge = Expression::parse("9223372036854775807 * 2").expect("an expression");
        assert_eq!(huge.value(&|_| None), None);
        assert_eq!(Expression::parse("FloorDiv(1, 0)").expect("an expression").value(&|_| None), None);
    }
}
