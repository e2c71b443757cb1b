// A package of Python for tests of images, and projects that list it.

/** A package that pip builds without a network: its backend lies beside it. */
export const tiny = {
  "tiny/pyproject.toml": `
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tinypkg"
version = "1.0"
`,
  "tiny/tinypkg/__init__.py": 'NAME = "tiny"\ndef main(): print("said by", NAME)\n',
  "tiny/backend.py": `
import os, zipfile
def build_wheel(folder, settings=None, metadata=None):
    info = "tinypkg-1.0.dist-info/"
    files = {
        "tinypkg/__init__.py": open("tinypkg/__init__.py").read(),
        info + "METADATA": "Metadata-Version: 2.1\\nName: tinypkg\\nVersion: 1.0\\n",
        info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        info + "entry_points.txt": "[console_scripts]\\ntiny-cli = tinypkg:main\\n",
    }
    files[info + "RECORD"] = "".join("%s,,\\n" % name for name in files) + info + "RECORD,,\\n"
    name = "tinypkg-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name
`,
};
