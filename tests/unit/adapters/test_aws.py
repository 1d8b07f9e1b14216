import os

from chalicelib.adapters.aws import Aws


def test_a_client_is_made_without_a_search_for_all_of_aws_s_services(monkeypatch):
    searched = []
    monkeypatch.setattr(os, "listdir", lambda path, listed=os.listdir: searched.append(path) or listed(path))

    assert "DynamoDB" == Aws("eu-central-1").client("dynamodb").meta.service_model.service_id
    assert len(searched) < 10
