//! Functions with hooks, and how they are put together.

use crate::error::{ErrorKind, ShaderError};
use crate::snippet::{Hook, Qualifier, Snippet};
use crate::types::{Direction, Signature, Type};
use crate::value::{Binding, VariableKind};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// How many functions may lie one inside of another.
pub const MAX_DEPTH: usize = 64;

/// The most functions in a [chain](Function::chain).
pub const MAX_CHAIN: usize = 128;

/// A function of GLSL with what it needs around it, and hooks that others fill.
///
/// Its source is a snippet: helper functions, constants, structures, macros, and as its last function the one that it gives.
/// Hooks are written `$name` and declared outside of functions, a value as a variable and a function as a prototype:
///
/// ```
/// use glir_shaders::Function;
///
/// let scale = Function::new("scale", "
///     float $factor;
///     vec4 $next(vec4 p);
///     vec4 scale(vec4 p) { return $next(vec4(p.xyz * $factor, p.w)); }
/// ")?;
/// let same = Function::new("same", "vec4 same(vec4 p) { return p; }")?;
/// let scale = scale.with("factor", 2.0_f32)?.with("next", &same)?;
/// assert_eq!(scale.signature().to_string(), "vec4 (vec4)");
/// # Ok::<(), glir_shaders::ShaderError>(())
/// ```
///
/// A function is a value: filling a hook gives a new one, so no function can come to lie inside of itself. Functions that
/// are alike in source and hooks are emitted once.
#[derive(Clone, Debug)]
pub struct Function(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    snippet: Arc<Snippet>,
    bindings: BTreeMap<String, Binding>,
    depth: usize,
}

impl Function {
    /// Reads a snippet. The name is for messages and need not be the function's.
    ///
    /// # Errors
    ///
    /// What is no snippet ([`ErrorKind::Syntax`]), uses a hook without declaring it, or calls itself.
    pub fn new(name: &str, source: &str) -> Result<Function, ShaderError> {
        let snippet = Arc::new(Snippet::read(name, source)?);
        Ok(Function(Arc::new(Inner { snippet, bindings: BTreeMap::new(), depth: 1 })))
    }

    /// The snippet's name.
    pub fn name(&self) -> &str {
        &self.0.snippet.name
    }

    /// What the function takes and gives.
    pub fn signature(&self) -> &Signature {
        &self.0.snippet.signature
    }

    /// The hooks that nothing fills yet, in alphabetical order.
    pub fn open_hooks(&self) -> impl Iterator<Item = &str> {
        self.0.snippet.hooks.keys().filter(|name| !self.0.bindings.contains_key(*name)).map(String::as_str)
    }

    /// The function with a hook filled (anew).
    ///
    /// # Errors
    ///
    /// A hook that the snippet does not declare; a binding of another type than the hook's, told with both types; more than
    /// [`MAX_DEPTH`] functions one inside of another.
    pub fn with(&self, hook: &str, binding: impl Into<Binding>) -> Result<Function, ShaderError> {
        let binding = binding.into();
        let hook = hook.strip_prefix('$').unwrap_or(hook);
        let snippet = &self.0.snippet;
        let Some(declared) = snippet.hooks.get(hook) else {
            let known: Vec<String> = snippet.hooks.keys().map(|name| format!("`${name}`")).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let message = format!("no hook `${hook}`; it has {known}");
            return Err(snippet.fault(ErrorKind::UnknownHook, 0, message));
        };
        if !fits(declared, &binding) {
            let message =
                format!("`${hook}` is declared as {}, but given {}", describe(declared), binding.describe());
            return Err(snippet.fault(ErrorKind::Mismatch, 0, message));
        }
        if let Binding::Constant(constant) = &binding
            && constant.text().is_none()
        {
            let message = format!("`${hook}` is given a number that GLSL can't write; bind a uniform");
            return Err(snippet.fault(ErrorKind::Mismatch, 0, message));
        }
        let mut bindings = self.0.bindings.clone();
        bindings.insert(hook.to_owned(), binding);
        let depth = 1 + bindings.values().map(Binding::depth).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} functions lie one inside of another");
            return Err(snippet.fault(ErrorKind::TooLarge, 0, message));
        }
        Ok(Function(Arc::new(Inner { snippet: snippet.clone(), bindings, depth })))
    }

    /// A call of the function, for a hook that wants a value: `f.call([a, b])` is `f(a, b)`.
    ///
    /// # Errors
    ///
    /// Arguments that are not as many or not of the types that the function takes; parameters that are `out` or `inout`,
    /// which need a variable of the caller's.
    pub fn call<B: Into<Binding>>(
        &self,
        arguments: impl IntoIterator<Item = B>,
    ) -> Result<Call, ShaderError> {
        let arguments: Vec<Binding> = arguments.into_iter().take(MAX_CHAIN + 1).map(Into::into).collect();
        let expected: Option<Vec<_>> = arguments
            .iter()
            .map(|argument| argument.value_type().filter(|(_, count)| *count == 1))
            .map(|found| found.map(|(ty, _)| (Direction::In, ty)))
            .collect();
        if expected.as_ref() != Some(&self.signature().parameters) {
            let given: Vec<String> = arguments.iter().map(Binding::describe).collect();
            let message = format!("it is {}, but is called with ({})", self.signature(), given.join("; "));
            return Err(self.0.snippet.fault(ErrorKind::Mismatch, 0, message));
        }
        let inner = arguments.iter().map(Binding::depth).max().unwrap_or(0);
        let depth = 1 + inner.max(self.depth());
        if depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} functions lie one inside of another");
            return Err(self.0.snippet.fault(ErrorKind::TooLarge, 0, message));
        }
        Ok(Call(Arc::new(Calling { function: self.clone(), arguments, depth })))
    }

    /// This function of another: `f.of(g)` is x ↦ f(g(x)). `g` may take any number of parameters, `f` takes what it gives.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Mismatch`] if `f` does not take what `g` gives.
    pub fn of(&self, inner: &Function) -> Result<Function, ShaderError> {
        Function::chain("composition", &[inner.clone(), self.clone()])
    }

    /// Functions one after another, the first one first. Either each takes what the one before gives, as transforms do: the
    /// chain is x ↦ f₂(f₁(x)). Or all are `void f()`, as steps are that each do something: the chain does them all.
    ///
    /// # Errors
    ///
    /// No function at all, since a chain of none has no type; more than [`MAX_CHAIN`]; two that don't fit together.
    pub fn chain(name: &str, functions: &[Function]) -> Result<Function, ShaderError> {
        let (Some(first), Some(last)) = (functions.first(), functions.last()) else {
            return Err(ShaderError::new(
                ErrorKind::Mismatch,
                name,
                0,
                "a chain of no functions has no type",
            ));
        };
        if functions.len() > MAX_CHAIN {
            let message = format!("a chain of {} functions; it may have {MAX_CHAIN}", functions.len());
            return Err(ShaderError::new(ErrorKind::TooLarge, name, 0, message));
        }
        let steps = functions.iter().all(|function| {
            function.signature().result == Type::Void && function.signature().parameters.is_empty()
        });
        for pair in functions.windows(2) {
            let (before, after) = (pair[0].signature(), pair[1].signature());
            let plain = |(direction, _): &(Direction, Type)| *direction == Direction::In;
            if !(steps
                || after.parameters == [(Direction::In, before.result)]
                    && before.parameters.iter().all(plain))
            {
                let message = format!(
                    "the function `{}`, {before}, is followed by `{}`, {after}, which does not take what it gives",
                    pair[0].name(),
                    pair[1].name()
                );
                return Err(ShaderError::new(ErrorKind::Mismatch, name, 0, message));
            }
        }
        let source = if steps { steps_source(functions) } else { nested_source(functions, first, last) };
        let mut chain = Function::new(name, &source)?;
        for (index, function) in functions.iter().enumerate() {
            chain = chain.with(&format!("f{index}"), function)?;
        }
        Ok(chain)
    }

    pub(crate) fn snippet(&self) -> &Arc<Snippet> {
        &self.0.snippet
    }

    pub(crate) fn bindings(&self) -> &BTreeMap<String, Binding> {
        &self.0.bindings
    }

    pub(crate) fn depth(&self) -> usize {
        self.0.depth
    }

    /// A number that differs between functions that live.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
}

fn steps_source(functions: &[Function]) -> String {
    let mut source = String::new();
    for index in 0..functions.len() {
        let _ = writeln!(source, "void $f{index}();");
    }
    source.push_str("void chain() {\n");
    for index in 0..functions.len() {
        let _ = writeln!(source, "    $f{index}();");
    }
    source.push_str("}\n");
    source
}

fn nested_source(functions: &[Function], first: &Function, last: &Function) -> String {
    let mut source = String::new();
    for (index, function) in functions.iter().enumerate() {
        let types: Vec<&str> = function.signature().parameters.iter().map(|(_, ty)| ty.text()).collect();
        let _ = writeln!(source, "{} $f{index}({});", function.signature().result, types.join(", "));
    }
    let parameters = &first.signature().parameters;
    let taken: Vec<String> =
        parameters.iter().enumerate().map(|(index, (_, ty))| format!("{ty} x{index}")).collect();
    let given: Vec<String> = (0..parameters.len()).map(|index| format!("x{index}")).collect();
    let mut value = format!("$f0({})", given.join(", "));
    for index in 1..functions.len() {
        value = format!("$f{index}({value})");
    }
    let result = last.signature().result;
    let gives = if result == Type::Void { "" } else { "return " };
    let _ = writeln!(source, "{result} chain({}) {{ {gives}{value}; }}", taken.join(", "));
    source
}

/// Whether a binding may fill a hook.
fn fits(hook: &Hook, binding: &Binding) -> bool {
    match (hook, binding) {
        (Hook::Function(signature), Binding::Function(function)) => signature == function.signature(),
        (Hook::Value { kind, ty, count }, binding) => {
            let kinds = match (kind, binding) {
                (None, _) => true,
                (Some(kind), Binding::Variable(variable)) => match variable.kind() {
                    VariableKind::Uniform => *kind == Qualifier::Uniform,
                    VariableKind::Attribute => matches!(kind, Qualifier::Attribute | Qualifier::In),
                    VariableKind::Varying | VariableKind::Flat => {
                        matches!(kind, Qualifier::Varying | Qualifier::In | Qualifier::Out)
                    }
                },
                (Some(_), _) => false,
            };
            kinds && binding.value_type() == Some((*ty, *count))
        }
        _ => false,
    }
}

fn describe(hook: &Hook) -> String {
    match hook {
        Hook::Function(signature) => format!("a function {signature}"),
        Hook::Value { kind, ty, count } => {
            let kind = match kind {
                None => "",
                Some(Qualifier::Uniform) => "uniform ",
                Some(Qualifier::Attribute) => "attribute ",
                Some(Qualifier::Varying) => "varying ",
                Some(Qualifier::In) => "in ",
                Some(Qualifier::Out) => "out ",
            };
            let array = if *count > 1 { format!("[{count}]") } else { String::new() };
            format!("{kind}{ty}{array}")
        }
    }
}

/// A call of a function, as a value: made by [`Function::call`].
#[derive(Clone, Debug)]
pub struct Call(Arc<Calling>);

#[derive(Debug)]
struct Calling {
    function: Function,
    arguments: Vec<Binding>,
    depth: usize,
}

impl Call {
    /// The function that is called.
    pub fn function(&self) -> &Function {
        &self.0.function
    }

    pub(crate) fn arguments(&self) -> &[Binding] {
        &self.0.arguments
    }

    pub(crate) fn depth(&self) -> usize {
        self.0.depth
    }

    /// A number that differs between calls that live.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
}
