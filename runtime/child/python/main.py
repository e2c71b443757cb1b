"""Begins a container of Python; everything else lies in the package, under a name that no project has."""

if __name__ == "__main__":
    import sys

    folder = __file__.rpartition("/")[0]
    sys.path.insert(0, folder)
    from _coldstart.container import main

    sys.path[:] = [path for path in sys.path if path != folder]
    main()
