"""784-512-10 in Keras, as in the article: keras_fit.py DIR tensorflow|torch|jax"""
import os
import sys
import time

os.environ["KERAS_BACKEND"] = sys.argv[2]
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras

from mnist_files import load

images, labels, test_images, test_labels = load(sys.argv[1])
x, xt = images.astype("float32") / 255, test_images.astype("float32") / 255
y, yt = keras.utils.to_categorical(labels), keras.utils.to_categorical(test_labels)
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [keras.Input((784,)), keras.layers.Dense(512, activation="relu"), keras.layers.Dense(10, activation="softmax")]
)
model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])


class Seconds(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        print(f"seconds {time.perf_counter() - self.start:.4f}", flush=True)


model.fit(x, y, epochs=5, batch_size=128, verbose=0, callbacks=[Seconds()])
print(f"accuracy {model.evaluate(xt, yt, verbose=0)[1]:.4f}")
