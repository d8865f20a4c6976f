//! ONNX files, field by field.

/// A Protocol Buffers message, field by field.
#[derive(Clone, Default)]
pub(crate) struct Message(pub(crate) Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }

    pub(crate) fn int(mut self, field: u64, value: i64) -> Self {
        self.varint(field << 3);
        self.varint(value.cast_unsigned());
        self
    }

    pub(crate) fn bytes(mut self, field: u64, bytes: impl AsRef<[u8]>) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.as_ref().len() as u64);
        self.0.extend_from_slice(bytes.as_ref());
        self
    }

    pub(crate) fn message(self, field: u64, message: &Self) -> Self {
        self.bytes(field, &message.0)
    }

    pub(crate) fn messages(self, field: u64, messages: impl IntoIterator<Item = Self>) -> Self {
        messages.into_iter().fold(self, |all, one| all.message(field, &one))
    }

    pub(crate) fn ints(self, field: u64, values: impl IntoIterator<Item = i64>) -> Self {
        values.into_iter().fold(self, |all, value| all.int(field, value))
    }
}

pub(crate) fn node(kind: &str, inputs: &[&str], outputs: &[&str]) -> Message {
    let named = |all: Message, field: u64, names: &[&str]| names.iter().fold(all, |all, name| all.bytes(field, name));
    named(named(Message::default(), 1, inputs), 2, outputs).bytes(4, kind)
}

pub(crate) fn value(name: &str, sizes: &[i64]) -> Message {
    let dims = sizes.iter().map(|&size| Message::default().int(1, size));
    let tensor = Message::default().int(1, 1).message(2, &Message::default().messages(1, dims));
    Message::default().bytes(1, name).message(2, &Message::default().message(1, &tensor))
}

pub(crate) fn ints_tensor(name: &str, values: &[i64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Message::default().int(1, i64::try_from(values.len()).expect("few")).int(2, 7).bytes(8, name).bytes(9, raw)
}

/// A chain of operations from `x` to `y`, each of which is made from its input and its output.
pub(crate) fn chain(count: usize, link: impl Fn(&str, &str) -> Message) -> Vec<Message> {
    let name = |index: usize| if index == 0 { "x".to_owned() } else { format!("v{index}") };
    let last = |index: usize| if index == count { "y".to_owned() } else { name(index) };
    (0..count).map(|index| link(&name(index), &last(index + 1))).collect()
}

pub(crate) fn graph(nodes: impl IntoIterator<Item = Message>) -> Message {
    Message::default().messages(1, nodes).bytes(2, "made").message(11, &value("x", &[1, 4]))
}

/// A model of a graph without outputs.
pub(crate) fn model(graph: &Message) -> Message {
    let set = Message::default().bytes(1, "").int(2, 18);
    let local = Message::default().bytes(1, "local").int(2, 1);
    Message::default().int(1, 8).bytes(2, "made").message(7, graph).message(8, &set).message(8, &local)
}

pub(crate) fn output(name: &str) -> Message {
    Message::default().bytes(1, name)
}

pub(crate) fn floats_tensor(name: &str, values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Message::default().int(1, i64::try_from(values.len()).expect("few")).int(2, 1).bytes(8, name).bytes(9, raw)
}
