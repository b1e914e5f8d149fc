"""Other engines, installed as programs into ``.peers`` and measured in processes of their own."""
