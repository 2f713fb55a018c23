"""The code of a program: what is checked when it is uploaded, and what is stored of it.

Not here: gas for uploading and instantiating (the processor's), and running.
"""
